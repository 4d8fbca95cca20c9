#include "binding/js_arguments.h"
#include "binding/wraps.h"

namespace gqs {

void ModuleWrap::define(Napi::Env env) {
  AddonState::of(env).module = Napi::Persistent(DefineClass(
      env, kName,
      {InstanceMethod<&ModuleWrap::kernel>("kernel"), InstanceMethod<&ModuleWrap::unload>("unload")}));
}

Napi::Value ModuleWrap::kernel(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Module.kernel";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Module> module = core(kCall);
    const std::string symbol = text_argument(kCall, "symbol", info[0]);
    const Napi::Value made = KernelWrap::create(info.Env(), session(), module->kernel(symbol));
    made.As<Napi::Object>().DefineProperty(
        Napi::PropertyDescriptor::Value("symbol", info[0], napi_enumerable));
    return made;
  });
}

Napi::Value ModuleWrap::unload(const Napi::CallbackInfo& info) {
  let_go("it was unloaded");
  return info.Env().Undefined();
}

void KernelWrap::define(Napi::Env env) {
  AddonState::of(env).kernel =
      Napi::Persistent(DefineClass(env, kName,
                                   {InstanceAccessor<&KernelWrap::attributes>("attributes"),
                                    InstanceMethod<&KernelWrap::max_ctas_per_sm>("maxCtasPerSm")}));
}

Napi::Value KernelWrap::attributes(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Kernel.attributes";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const KernelAttributes attributes = core(kCall)->attributes();
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("registers", attributes.registers);
    result.Set("localBytes", attributes.local_bytes);
    result.Set("sharedBytes", attributes.shared_bytes);
    result.Set("maxThreads", attributes.max_threads);
    return result;
  });
}

Napi::Value KernelWrap::max_ctas_per_sm(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Kernel.maxCtasPerSm";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Kernel> kernel = core(kCall);
    const auto threads = static_cast<uint32_t>(whole_number(kCall, "threads", info[0], 1, 1024));
    const auto shared = static_cast<uint32_t>(whole_number(kCall, "sharedBytes", info[1], 0, 1u << 20));
    return Napi::Number::New(info.Env(), kernel->max_ctas_per_sm(threads, shared));
  });
}

}  // namespace gqs
