#include <cstring>
#include <string>

#include "binding/js_arguments.h"
#include "binding/promise_work.h"
#include "binding/wraps.h"

namespace gqs {
namespace {

struct Range {
  size_t offset;
  size_t length;
};

// undefined for the length means: to the end.
Range range_of(const char* call, const Buffer& buffer, const Napi::Value& offset, const Napi::Value& length) {
  Range range{};
  range.offset = optional_number(call, "offset", offset, 0, 0, kMostSafe);
  const size_t rest = range.offset <= buffer.bytes() ? buffer.bytes() - range.offset : 0;
  range.length = optional_number(call, "length", length, rest, 0, kMostSafe);
  if (range.offset > buffer.bytes() || range.length > buffer.bytes() - range.offset) {
    fail(kOutOfRange, call,
         "Expected a range within " + std::to_string(buffer.bytes()) + " bytes but received offset " +
             std::to_string(range.offset) + ", length " + std::to_string(range.length));
  }
  return range;
}

struct View {
  const uint8_t* data;
  size_t bytes;
};

View view_of(const char* call, const Napi::Value& value) {
  if (value.IsTypedArray()) {
    // Not by ArrayBuffer().Data(), which refuses shared memory.
    void* data = nullptr;
    const napi_status status =
        napi_get_typedarray_info(value.Env(), value, nullptr, nullptr, &data, nullptr, nullptr);
    if (status != napi_ok) throw Napi::Error::New(value.Env());
    return {static_cast<const uint8_t*>(data), value.As<Napi::TypedArray>().ByteLength()};
  }
  if (value.IsDataView()) {
    const Napi::DataView view = value.As<Napi::DataView>();
    return {static_cast<const uint8_t*>(view.Data()), view.ByteLength()};
  }
  fail(kInvalidArgument, call, "Expected a typed array or DataView for data but received " + shown(value));
}

}  // namespace

void BufferWrap::define(Napi::Env env) {
  AddonState::of(env).buffer = Napi::Persistent(
      DefineClass(env, kName,
                  {InstanceAccessor<&BufferWrap::bytes>("bytes"), InstanceMethod<&BufferWrap::write>("write"),
                   InstanceMethod<&BufferWrap::read>("read"), InstanceMethod<&BufferWrap::fill>("fill"),
                   InstanceMethod<&BufferWrap::free>("free")}));
}

BufferWrap::BufferWrap(const Napi::CallbackInfo& info) : ChildWrap(info) {
  counted_ = static_cast<int64_t>(core(kName)->bytes());
  Napi::MemoryManagement::AdjustExternalMemory(Env(), counted_);
}

BufferWrap::~BufferWrap() { released(); }

void BufferWrap::released() {
  if (counted_ != 0) Napi::MemoryManagement::AdjustExternalMemory(Env(), -counted_);
  counted_ = 0;
}

Napi::Value BufferWrap::bytes(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "DeviceBuffer.bytes", [&]() -> Napi::Value {
    return Napi::Number::New(info.Env(), static_cast<double>(core("DeviceBuffer.bytes")->bytes()));
  });
}

Napi::Value BufferWrap::write(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "DeviceBuffer.write";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Buffer> buffer = core(kCall);
    const View view = view_of(kCall, info[0]);
    const Napi::Value length = Napi::Number::New(info.Env(), static_cast<double>(view.bytes));
    const Range range = range_of(kCall, *buffer, info[1], length);
    return PromiseWork::start(
        info.Env(), kCall, [buffer, view, range] { buffer->write(range.offset, view.data, range.length); },
        nullptr, info[0].As<Napi::Object>());
  });
}

Napi::Value BufferWrap::read(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "DeviceBuffer.read";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Buffer> buffer = core(kCall);
    const Range range = range_of(kCall, *buffer, info[0], info[1]);
    Napi::Uint8Array result = Napi::Uint8Array::New(info.Env(), range.length);
    uint8_t* const target = result.Data();
    auto held = std::make_shared<Napi::ObjectReference>(Napi::Persistent(result.As<Napi::Object>()));
    return PromiseWork::start(
        info.Env(), kCall, [buffer, range, target] { buffer->read(range.offset, target, range.length); },
        [held](Napi::Env) -> Napi::Value { return held->Value(); });
  });
}

Napi::Value BufferWrap::fill(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "DeviceBuffer.fill";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Buffer> buffer = core(kCall);
    const auto byte = static_cast<uint8_t>(whole_number(kCall, "byte", info[0], 0, 255));
    const Range range = range_of(kCall, *buffer, info[1], info[2]);
    return PromiseWork::start(info.Env(), kCall,
                              [buffer, byte, range] { buffer->fill(range.offset, byte, range.length); });
  });
}

Napi::Value BufferWrap::free(const Napi::CallbackInfo& info) {
  let_go("it was freed");
  return info.Env().Undefined();
}

}  // namespace gqs
