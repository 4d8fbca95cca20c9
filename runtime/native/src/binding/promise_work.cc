#include "binding/promise_work.h"

#include <utility>

#include "binding/js_error.h"

namespace gqs {

PromiseWork::PromiseWork(Napi::Env env, const char* call, Body body, Result result)
    : Napi::AsyncWorker(env),
      call_(call),
      body_(std::move(body)),
      result_(std::move(result)),
      deferred_(Napi::Promise::Deferred::New(env)) {}

Napi::Promise PromiseWork::start(Napi::Env env, const char* call, Body body, Result result,
                                 Napi::Object held) {
  auto* work = new PromiseWork(env, call, std::move(body), std::move(result));  // deletes itself when done
  if (!held.IsEmpty()) work->held_ = Napi::Persistent(held);
  const Napi::Promise promise = work->deferred_.Promise();
  work->Queue();
  return promise;
}

void PromiseWork::Execute() {
  try {
    body_();
  } catch (...) {
    failure_ = device_error(std::current_exception(), call_);
  }
}

void PromiseWork::OnOK() {
  body_ = nullptr;  // lets go of what it captured before JavaScript goes on
  if (failure_) {
    deferred_.Reject(js_error(Env(), *failure_).Value());
  } else {
    deferred_.Resolve(result_ ? result_(Env()) : Env().Undefined());
  }
}

}  // namespace gqs
