// A launch as JavaScript states it.
#pragma once

#include <napi.h>

#include <memory>

#include "binding/session.h"
#include "device.h"

namespace gqs {

// Reads and checks { kernel, grid, threads, sharedBytes, args, pdl }. Kernel and buffers must be of
// `session`'s device; arguments must be what the kernel says it takes, where it does. Throws DeviceError
// naming `call`.
Launch js_launch(const char* call, const std::shared_ptr<Session>& session, const Napi::Value& value);

}  // namespace gqs
