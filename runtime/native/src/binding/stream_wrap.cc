#include "binding/js_arguments.h"
#include "binding/js_launch.h"
#include "binding/promise_work.h"
#include "binding/wraps.h"

namespace gqs {
namespace {

EventWrap& event_argument(const char* call, const std::shared_ptr<Session>& session,
                          const Napi::Value& value) {
  EventWrap* event = EventWrap::from(value);
  if (event == nullptr) fail(kInvalidArgument, call, "Expected a DeviceEvent but received " + shown(value));
  if (event->session() != session) {
    fail(kInvalidArgument, call, "Expected an event of this device but received one of another");
  }
  return *event;
}

}  // namespace

void StreamWrap::define(Napi::Env env) {
  AddonState::of(env).stream = Napi::Persistent(DefineClass(
      env, kName,
      {InstanceMethod<&StreamWrap::launch>("launch"), InstanceMethod<&StreamWrap::record>("record"),
       InstanceMethod<&StreamWrap::synchronize>("synchronize"),
       InstanceMethod<&StreamWrap::destroy>("destroy")}));
}

Napi::Value StreamWrap::launch(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Stream.launch";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Stream> stream = core(kCall);
    stream->launch(js_launch(kCall, session(), info[0]));
    return info.Env().Undefined();
  });
}

Napi::Value StreamWrap::record(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Stream.record";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Stream> stream = core(kCall);
    stream->record(event_argument(kCall, session(), info[0]).core(kCall));
    return info.Env().Undefined();
  });
}

Napi::Value StreamWrap::synchronize(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Stream.synchronize";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    return PromiseWork::start(info.Env(), kCall, [stream = core(kCall)] { stream->synchronize(); });
  });
}

Napi::Value StreamWrap::destroy(const Napi::CallbackInfo& info) {
  let_go("it was destroyed");
  return info.Env().Undefined();
}

void EventWrap::define(Napi::Env env) {
  AddonState::of(env).event = Napi::Persistent(DefineClass(
      env, kName,
      {InstanceMethod<&EventWrap::elapsed_ms>("elapsedMs"), InstanceMethod<&EventWrap::destroy>("destroy")}));
}

Napi::Value EventWrap::elapsed_ms(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "DeviceEvent.elapsedMs";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Event> since = event_argument(kCall, session(), info[0]).core(kCall);
    return Napi::Number::New(info.Env(), core(kCall)->elapsed_ms(*since));
  });
}

Napi::Value EventWrap::destroy(const Napi::CallbackInfo& info) {
  let_go("it was destroyed");
  return info.Env().Undefined();
}

}  // namespace gqs
