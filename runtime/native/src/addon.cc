// Entry of the addon. Each thread that loads it gets a state of its own.
#include <napi.h>

#include "binding/addon_state.h"
#include "binding/init_devices.h"

void InitPrepack(Napi::Env env, Napi::Object exports);

namespace {

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new gqs::AddonState());  // the environment deletes it when it ends
  InitDevices(env, exports);
  InitPrepack(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(gqs_native, Init)
