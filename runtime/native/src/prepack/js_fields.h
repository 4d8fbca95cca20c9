// Reading the fields of plain JavaScript objects that a caller handed over.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

namespace gqs {

// An object's name in messages, and the object.
struct JsFields {
  std::string name;
  Napi::Object object;
};

// Each throws std::invalid_argument, naming the field, when it is missing or of another type.
JsFields js_object(const std::string& name, const Napi::Value& value);
uint32_t js_u32(const std::string& name, const Napi::Value& value);
uint32_t js_u32(const JsFields& fields, const char* field);
std::string js_string(const JsFields& fields, const char* field);
Napi::TypedArray js_array(const JsFields& fields, const char* field, napi_typedarray_type type);

[[noreturn]] void fail_field(const JsFields& fields, const char* field, const std::string& expected,
                             const std::string& received);

// Address of the first element of a typed array of T, whose memory may be shared between threads.
template <typename T>
const T* js_data(const Napi::TypedArray& array) {
  return array.As<Napi::TypedArrayOf<T>>().Data();
}

}  // namespace gqs
