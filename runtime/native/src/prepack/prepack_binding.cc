// prepack(matrix, layout, parts): Promise<{ units, parts, buffers }>, off the event loop.
#include <napi.h>

#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "check_bsr.h"
#include "js_fields.h"
#include "js_layout.h"

namespace gqs {
namespace {

// A matrix whose arrays stay alive, in memory that JavaScript owns, for as long as this does. The row index
// is a copy: it decides which memory is read, and the caller may write to the original while the worker runs.
struct HeldMatrix {
  BsrView view;
  BsrLengths lengths;
  std::vector<int32_t> row_index;
  Napi::ObjectReference arrays;
};

HeldMatrix hold_matrix(const Napi::Value& value) {
  const JsFields fields = js_object("matrix", value);
  const Napi::TypedArray row_index = js_array(fields, "rowIndex", napi_int32_array);
  const Napi::TypedArray groups = js_array(fields, "groups", napi_uint16_array);
  const Napi::TypedArray values = js_array(fields, "values", napi_uint8_array);
  const Napi::TypedArray scales = js_array(fields, "scales", napi_uint16_array);
  const Napi::TypedArray zeros = js_array(fields, "zeros", napi_uint8_array);

  HeldMatrix held;
  const auto* rows = js_data<int32_t>(row_index);
  held.row_index.assign(rows, rows + row_index.ElementLength());
  held.lengths = {row_index.ElementLength(), groups.ElementLength(), values.ElementLength(),
                  scales.ElementLength(), zeros.ElementLength()};
  held.view = {js_u32(fields, "n"),         js_u32(fields, "k"),       js_u32(fields, "bits"),
               js_u32(fields, "groupSize"), held.row_index.data(),     js_data<uint16_t>(groups),
               js_data<uint8_t>(values),    js_data<uint16_t>(scales), js_data<uint8_t>(zeros)};
  Napi::Array arrays = Napi::Array::New(value.Env());
  for (const Napi::TypedArray& array : {groups, values, scales, zeros}) arrays.Set(arrays.Length(), array);
  held.arrays = Napi::Persistent(arrays.As<Napi::Object>());
  return held;
}

// The buffer's memory as a Uint8Array; freed when that is collected.
Napi::Value to_js(Napi::Env env, AlignedBuffer&& buffer) {
  auto owner = std::make_unique<AlignedBuffer>(std::move(buffer));
  AlignedBuffer* const bytes = owner.get();
  const auto release = [](Napi::Env, void*, AlignedBuffer* released) {
    std::default_delete<AlignedBuffer>{}(released);
  };
  const auto memory = Napi::ArrayBuffer::New(env, bytes->data(), bytes->bytes(), release, owner.release());
  return Napi::Uint8Array::New(env, bytes->bytes(), memory, 0);
}

class PrepackWorker : public Napi::AsyncWorker {
 public:
  PrepackWorker(Napi::Env env, Napi::Promise::Deferred deferred, HeldMatrix matrix, Packer packer,
                uint32_t parts)
      : AsyncWorker(env, "gqs.prepack"),
        deferred_(deferred),
        matrix_(std::move(matrix)),
        packer_(std::move(packer)),
        parts_(parts) {}

 protected:
  void Execute() override {
    try {
      check_bsr(matrix_.view, matrix_.lengths);
      packed_ = packer_(matrix_.view);
    } catch (const std::bad_alloc&) {
      SetError("Expected enough memory for the packed matrix but received an allocation failure");
    } catch (const std::exception& error) {
      SetError(error.what());
    }
  }

  void OnOK() override {
    const Napi::Env env = Env();
    Napi::Object buffers = Napi::Object::New(env);
    for (PackedBuffer& buffer : packed_.buffers)
      buffers.Set(buffer.role, to_js(env, std::move(buffer.bytes)));
    Napi::Object result = Napi::Object::New(env);
    result.Set("units", packed_.units);
    result.Set("parts", parts_);
    result.Set("buffers", buffers);
    deferred_.Resolve(result);
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  HeldMatrix matrix_;
  Packer packer_;
  uint32_t parts_;
  PackedParts packed_;
};

Napi::Value prepack(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto deferred = Napi::Promise::Deferred::New(env);
  try {
    const uint32_t parts = js_u32("parts", info[2]);
    HeldMatrix matrix = hold_matrix(info[0]);
    Packer packer = packer_for(info[1], parts);
    auto worker = std::make_unique<PrepackWorker>(env, deferred, std::move(matrix), std::move(packer), parts);
    worker->Queue();
    (void)worker.release();  // deletes itself once it has settled the promise
  } catch (const Napi::Error& error) {
    deferred.Reject(error.Value());
  } catch (const std::exception& error) {
    deferred.Reject(Napi::Error::New(env, error.what()).Value());
  }
  return deferred.Promise();
}

}  // namespace
}  // namespace gqs

void InitPrepack(Napi::Env env, Napi::Object exports) {
  exports.Set("prepack", Napi::Function::New(env, gqs::prepack, "prepack"));
}
