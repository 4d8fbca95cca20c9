// Long work off the event loop, as a promise.
#pragma once

#include <napi.h>

#include <functional>
#include <optional>

#include "error.h"

namespace gqs {

class PromiseWork : public Napi::AsyncWorker {
 public:
  using Body = std::function<void()>;                    // on a thread of the pool; captures what it uses
  using Result = std::function<Napi::Value(Napi::Env)>;  // afterwards, on the event loop

  // call: what an error without a better name is reported as. held: a value that must not be collected
  // meanwhile.
  static Napi::Promise start(Napi::Env env, const char* call, Body body, Result result = nullptr,
                             Napi::Object held = {});

 protected:
  void Execute() override;
  void OnOK() override;

 private:
  PromiseWork(Napi::Env env, const char* call, Body body, Result result);

  const char* call_;
  Body body_;
  Result result_;
  Napi::ObjectReference held_;
  std::optional<DeviceError> failure_;
  Napi::Promise::Deferred deferred_;
};

}  // namespace gqs
