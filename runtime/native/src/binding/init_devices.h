// What the addon exports of devices.
#pragma once

#include <napi.h>

// Adds setErrorClass, describeCpu, openCpu, describeCuda and openCuda to `exports`. Needs AddonState.
void InitDevices(Napi::Env env, Napi::Object exports);
