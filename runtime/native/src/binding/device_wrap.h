// The JavaScript class of an opened device.
#pragma once

#include <napi.h>

#include <memory>

#include "binding/addon_state.h"
#include "binding/session.h"
#include "device.h"

namespace gqs {

class DeviceWrap final : public Napi::ObjectWrap<DeviceWrap> {
 public:
  static void define(Napi::Env env);
  static Napi::Value create(Napi::Env env, std::shared_ptr<Device> device);

  explicit DeviceWrap(const Napi::CallbackInfo& info);

 private:
  Napi::Value allocate(const Napi::CallbackInfo& info);
  Napi::Value load_module(const Napi::CallbackInfo& info);
  Napi::Value create_stream(const Napi::CallbackInfo& info);
  Napi::Value create_event(const Napi::CallbackInfo& info);
  Napi::Value create_graph(const Napi::CallbackInfo& info);
  Napi::Value synchronize(const Napi::CallbackInfo& info);
  Napi::Value clocks(const Napi::CallbackInfo& info);
  Napi::Value measure_bandwidth(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  // Throws DeviceError CLOSED.
  const std::shared_ptr<Device>& device(const char* call) const;

  std::shared_ptr<Session> session_;
};

}  // namespace gqs
