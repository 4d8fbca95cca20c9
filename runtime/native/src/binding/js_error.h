// The edge between C++ exceptions and JavaScript ones.
#pragma once

#include <napi.h>

#include <exception>
#include <new>
#include <utility>

#include "error.h"

namespace gqs {

// The exception as an instance of the registered error class.
Napi::Error js_error(Napi::Env env, const DeviceError& error);

// Any exception but Napi::Error as a DeviceError.
DeviceError device_error(const std::exception_ptr& exception, const char* call);

// Runs the body of an exported function; what it throws reaches JavaScript.
template <typename Body>
auto guarded(Napi::Env env, const char* call, Body&& body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw js_error(env, device_error(std::current_exception(), call));
  }
}

}  // namespace gqs
