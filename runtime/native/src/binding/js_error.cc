#include "binding/js_error.h"

#include <string>

#include "binding/addon_state.h"

namespace gqs {

Napi::Error js_error(Napi::Env env, const DeviceError& error) {
  const Napi::HandleScope scope(env);
  const AddonState& state = AddonState::of(env);
  if (state.error_class.IsEmpty()) return Napi::Error::New(env, error.what());
  Napi::Object fields = Napi::Object::New(env);
  fields.Set("call", error.fields().call);
  fields.Set("code", error.fields().code);
  fields.Set("description", error.fields().description);
  fields.Set("sticky", Napi::Boolean::New(env, error.fields().sticky));
  const Napi::Object made = state.error_class.New({Napi::String::New(env, error.what()), fields});
  return Napi::Error(env, made);
}

DeviceError device_error(const std::exception_ptr& exception, const char* call) {
  try {
    std::rethrow_exception(exception);
  } catch (const DeviceError& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return DeviceError({call, kOutOfMemory, "Expected more memory but the system has none"});
  } catch (const std::exception& error) {
    return DeviceError({call, kInternal, error.what()});
  } catch (...) {
    return DeviceError({call, kInternal, "Expected no failure but received an unknown exception"});
  }
}

}  // namespace gqs
