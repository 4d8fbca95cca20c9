// The JavaScript classes of everything that is made from a device. Their TypeScript face is
// runtime/native.ts.
#pragma once

#include <napi.h>

#include <cstdint>

#include "binding/child_wrap.h"
#include "device.h"

namespace gqs {

class BufferWrap final : public ChildWrap<BufferWrap, Buffer> {
 public:
  static constexpr const char* kName = "DeviceBuffer";
  static constexpr napi_type_tag kTag{0x6771735f62756666, 1};
  static Napi::FunctionReference& constructor_in(AddonState& state) { return state.buffer; }
  static void define(Napi::Env env);

  explicit BufferWrap(const Napi::CallbackInfo& info);
  ~BufferWrap() override;

 private:
  Napi::Value bytes(const Napi::CallbackInfo& info);
  Napi::Value write(const Napi::CallbackInfo& info);
  Napi::Value read(const Napi::CallbackInfo& info);
  Napi::Value fill(const Napi::CallbackInfo& info);
  Napi::Value free(const Napi::CallbackInfo& info);
  void released() override;

  int64_t counted_ = 0;  // bytes that V8 was told of
};

class ModuleWrap final : public ChildWrap<ModuleWrap, Module> {
 public:
  static constexpr const char* kName = "Module";
  static constexpr napi_type_tag kTag{0x6771735f6d6f6475, 2};
  static Napi::FunctionReference& constructor_in(AddonState& state) { return state.module; }
  static void define(Napi::Env env);
  using ChildWrap::ChildWrap;

 private:
  Napi::Value kernel(const Napi::CallbackInfo& info);
  Napi::Value unload(const Napi::CallbackInfo& info);
};

class KernelWrap final : public ChildWrap<KernelWrap, Kernel> {
 public:
  static constexpr const char* kName = "Kernel";
  static constexpr napi_type_tag kTag{0x6771735f6b65726e, 3};
  static Napi::FunctionReference& constructor_in(AddonState& state) { return state.kernel; }
  static void define(Napi::Env env);
  using ChildWrap::ChildWrap;

 private:
  Napi::Value attributes(const Napi::CallbackInfo& info);
  Napi::Value max_ctas_per_sm(const Napi::CallbackInfo& info);
};

class EventWrap final : public ChildWrap<EventWrap, Event> {
 public:
  static constexpr const char* kName = "DeviceEvent";
  static constexpr napi_type_tag kTag{0x6771735f6576656e, 4};
  static Napi::FunctionReference& constructor_in(AddonState& state) { return state.event; }
  static void define(Napi::Env env);
  using ChildWrap::ChildWrap;

 private:
  Napi::Value elapsed_ms(const Napi::CallbackInfo& info);
  Napi::Value destroy(const Napi::CallbackInfo& info);
};

class StreamWrap final : public ChildWrap<StreamWrap, Stream> {
 public:
  static constexpr const char* kName = "Stream";
  static constexpr napi_type_tag kTag{0x6771735f73747265, 5};
  static Napi::FunctionReference& constructor_in(AddonState& state) { return state.stream; }
  static void define(Napi::Env env);
  using ChildWrap::ChildWrap;

 private:
  Napi::Value launch(const Napi::CallbackInfo& info);
  Napi::Value record(const Napi::CallbackInfo& info);
  Napi::Value synchronize(const Napi::CallbackInfo& info);
  Napi::Value destroy(const Napi::CallbackInfo& info);
};

class GraphWrap final : public ChildWrap<GraphWrap, Graph> {
 public:
  static constexpr const char* kName = "Graph";
  static constexpr napi_type_tag kTag{0x6771735f67726170, 6};
  static Napi::FunctionReference& constructor_in(AddonState& state) { return state.graph; }
  static void define(Napi::Env env);
  using ChildWrap::ChildWrap;

 private:
  Napi::Value replay(const Napi::CallbackInfo& info);
  Napi::Value time(const Napi::CallbackInfo& info);
  Napi::Value destroy(const Napi::CallbackInfo& info);
};

}  // namespace gqs
