#include "js_fields.h"

#include <cmath>
#include <stdexcept>

namespace gqs {
namespace {

std::string describe(const Napi::Value& value) {
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_number:
      return value.ToString().Utf8Value();
    case napi_string:
      return std::string("'").append(value.As<Napi::String>().Utf8Value()).append("'");
    case napi_object:
      return "an object of another type";
    default:
      return "a value of another type";
  }
}

[[noreturn]] void fail(const std::string& name, const std::string& expected, const std::string& received) {
  throw std::invalid_argument("Expected " + expected + " for " + name + " but received " + received);
}

const char* array_name(napi_typedarray_type type) {
  switch (type) {
    case napi_uint8_array:
      return "a Uint8Array";
    case napi_uint16_array:
      return "a Uint16Array";
    case napi_int32_array:
      return "an Int32Array";
    default:
      return "a typed array";
  }
}

}  // namespace

JsFields js_object(const std::string& name, const Napi::Value& value) {
  if (!value.IsObject()) fail(name, "an object", describe(value));
  return {name, value.As<Napi::Object>()};
}

uint32_t js_u32(const std::string& name, const Napi::Value& value) {
  const char* expected = "an unsigned 32-bit integer";
  if (!value.IsNumber()) fail(name, expected, describe(value));
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0 && number <= 4294967295.0) || number != std::floor(number))
    fail(name, expected, describe(value));
  return static_cast<uint32_t>(number);
}

uint32_t js_u32(const JsFields& fields, const char* field) {
  return js_u32(fields.name + "." + field, fields.object.Get(field));
}

std::string js_string(const JsFields& fields, const char* field) {
  const Napi::Value value = fields.object.Get(field);
  if (!value.IsString()) fail_field(fields, field, "a string", describe(value));
  return value.As<Napi::String>().Utf8Value();
}

Napi::TypedArray js_array(const JsFields& fields, const char* field, napi_typedarray_type type) {
  const Napi::Value value = fields.object.Get(field);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    fail_field(fields, field, array_name(type), describe(value));
  }
  return value.As<Napi::TypedArray>();
}

void fail_field(const JsFields& fields, const char* field, const std::string& expected,
                const std::string& received) {
  fail(fields.name + "." + field, expected, received);
}

}  // namespace gqs
