#include "binding/device_wrap.h"

#include <string>
#include <utility>
#include <vector>

#include "binding/js_arguments.h"
#include "binding/js_error.h"
#include "binding/js_launch.h"
#include "binding/promise_work.h"
#include "binding/wraps.h"

namespace gqs {

void DeviceWrap::define(Napi::Env env) {
  AddonState::of(env).device = Napi::Persistent(DefineClass(
      env, "Device",
      {InstanceMethod<&DeviceWrap::allocate>("allocate"),
       InstanceMethod<&DeviceWrap::load_module>("loadModule"),
       InstanceMethod<&DeviceWrap::create_stream>("createStream"),
       InstanceMethod<&DeviceWrap::create_event>("createEvent"),
       InstanceMethod<&DeviceWrap::create_graph>("createGraph"),
       InstanceMethod<&DeviceWrap::synchronize>("synchronize"), InstanceMethod<&DeviceWrap::clocks>("clocks"),
       InstanceMethod<&DeviceWrap::measure_bandwidth>("measureBandwidth"),
       InstanceMethod<&DeviceWrap::close>("close")}));
}

Napi::Value DeviceWrap::create(Napi::Env env, std::shared_ptr<Device> device) {
  auto session = std::make_shared<Session>(std::move(device));
  return AddonState::of(env).device.New({Napi::External<std::shared_ptr<Session>>::New(env, &session)});
}

DeviceWrap::DeviceWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DeviceWrap>(info) {
  if (info.Length() != 1 || !info[0].IsExternal()) {
    throw Napi::TypeError::New(info.Env(),
                               "Expected a device from openDevice but it was constructed directly");
  }
  session_ = *info[0].As<Napi::External<std::shared_ptr<Session>>>().Data();
}

const std::shared_ptr<Device>& DeviceWrap::device(const char* call) const {
  if (!session_->open()) fail(kClosed, call, "Expected an open device but it was closed");
  return session_->device();
}

Napi::Value DeviceWrap::allocate(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.allocate";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Device>& open = device(kCall);
    const uint64_t bytes = whole_number(kCall, "bytes", info[0], 0, kMostSafe);
    return BufferWrap::create(info.Env(), session_, open->allocate(bytes));
  });
}

Napi::Value DeviceWrap::load_module(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.loadModule";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Device>& open = device(kCall);
    const std::string path = text_argument(kCall, "path", info[0]);
    return ModuleWrap::create(info.Env(), session_, open->load_module(path));
  });
}

Napi::Value DeviceWrap::create_stream(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.createStream";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    return StreamWrap::create(info.Env(), session_, device(kCall)->create_stream());
  });
}

Napi::Value DeviceWrap::create_event(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.createEvent";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    return EventWrap::create(info.Env(), session_, device(kCall)->create_event());
  });
}

Napi::Value DeviceWrap::create_graph(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.createGraph";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Device>& open = device(kCall);
    if (!info[0].IsArray()) {
      fail(kInvalidArgument, kCall, "Expected an array of launches but received " + shown(info[0]));
    }
    const Napi::Array list = info[0].As<Napi::Array>();
    if (list.Length() == 0) {
      fail(kInvalidArgument, kCall, "Expected at least one launch but received none");
    }
    std::vector<Launch> launches;
    launches.reserve(list.Length());
    for (uint32_t i = 0; i < list.Length(); ++i) {
      const Napi::HandleScope scope(info.Env());
      launches.push_back(js_launch(kCall, session_, list.Get(i)));
    }
    return GraphWrap::create(info.Env(), session_, open->create_graph(std::move(launches)));
  });
}

Napi::Value DeviceWrap::synchronize(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.synchronize";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    return PromiseWork::start(info.Env(), kCall, [open = device(kCall)] { open->synchronize(); });
  });
}

Napi::Value DeviceWrap::clocks(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.clocks";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const Clocks clocks = device(kCall)->clocks();
    Napi::Object result = Napi::Object::New(info.Env());
    if (clocks.sm_mhz) result.Set("smMhz", *clocks.sm_mhz);
    if (clocks.memory_mhz) result.Set("memoryMhz", *clocks.memory_mhz);
    if (clocks.throttle) result.Set("throttle", *clocks.throttle);
    return result;
  });
}

Napi::Value DeviceWrap::measure_bandwidth(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Device.measureBandwidth";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    auto result = std::make_shared<double>(0);
    return PromiseWork::start(
        info.Env(), kCall, [open = device(kCall), result] { *result = open->measure_bandwidth(); },
        [result](Napi::Env env) -> Napi::Value { return Napi::Number::New(env, *result); });
  });
}

Napi::Value DeviceWrap::close(const Napi::CallbackInfo& info) {
  session_->close();
  return info.Env().Undefined();
}

}  // namespace gqs
