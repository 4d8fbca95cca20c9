// What one JavaScript environment keeps: worker threads load the addon too, each with its own.
#pragma once

#include <napi.h>

#include <memory>

namespace gqs {

class CudaDriver;

struct AddonState {
  Napi::FunctionReference device;
  Napi::FunctionReference buffer;
  Napi::FunctionReference module;
  Napi::FunctionReference kernel;
  Napi::FunctionReference stream;
  Napi::FunctionReference event;
  Napi::FunctionReference graph;
  // Constructor of the class that errors get: (message, fields) => Error. Set by setErrorClass.
  Napi::FunctionReference error_class;
  // Loaded on first use; null until then.
  std::shared_ptr<CudaDriver> cuda;

  static AddonState& of(Napi::Env env) { return *env.GetInstanceData<AddonState>(); }
};

}  // namespace gqs
