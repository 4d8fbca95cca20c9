// What all JavaScript objects made from a device have in common.
#pragma once

#include <napi.h>

#include <memory>
#include <string>
#include <utility>

#include "binding/addon_state.h"
#include "binding/js_error.h"
#include "binding/session.h"

namespace gqs {

// Self gives: kName (what users call it), kTag (tells its instances from other objects), a static
// constructor_in(AddonState&). Core is the native part.
template <typename Self, typename Core>
class ChildWrap : public Napi::ObjectWrap<Self>, public Child {
 public:
  struct Made {
    std::shared_ptr<Session> session;
    std::shared_ptr<Core> core;
  };

  static Napi::Value create(Napi::Env env, const std::shared_ptr<Session>& session,
                            std::shared_ptr<Core> core) {
    Made made{session, std::move(core)};
    return Self::constructor_in(AddonState::of(env)).New({Napi::External<Made>::New(env, &made)});
  }

  // The wrapper of a value, or null when it is something else.
  static Self* from(const Napi::Value& value) {
    if (!value.IsObject()) return nullptr;
    const Napi::Object object = value.As<Napi::Object>();
    return object.CheckTypeTag(&Self::kTag) ? Self::Unwrap(object) : nullptr;
  }

  explicit ChildWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Self>(info) {
    if (info.Length() != 1 || !info[0].IsExternal()) {
      throw Napi::TypeError::New(info.Env(), std::string("Expected a ") + Self::kName +
                                                 " to be made by its device but it was constructed directly");
    }
    Made& made = *info[0].As<Napi::External<Made>>().Data();
    session_ = std::move(made.session);
    core_ = std::move(made.core);
    info.This().As<Napi::Object>().TypeTag(&Self::kTag);
    session_->add(this);
  }

  ~ChildWrap() override { let_go("it was collected"); }

  void let_go(const char* why) override {
    if (!core_) return;
    why_ = why;
    session_->remove(this);
    core_.reset();
    released();
  }

  // The native part; throws DeviceError CLOSED when it is gone.
  const std::shared_ptr<Core>& core(const char* call) const {
    if (!core_) fail(kClosed, call, std::string("Expected a usable ") + Self::kName + " but " + why_);
    return core_;
  }

  const std::shared_ptr<Session>& session() const { return session_; }

 protected:
  virtual void released() {}

 private:
  std::shared_ptr<Session> session_;
  std::shared_ptr<Core> core_;
  const char* why_ = "it was never made";
};

}  // namespace gqs
