#include <algorithm>
#include <vector>

#include "binding/js_arguments.h"
#include "binding/promise_work.h"
#include "binding/wraps.h"

namespace gqs {
namespace {

constexpr uint64_t kMostReplays = 1u << 30;
constexpr uint64_t kMostSamples = 1u << 20;

}  // namespace

void GraphWrap::define(Napi::Env env) {
  AddonState::of(env).graph = Napi::Persistent(
      DefineClass(env, kName,
                  {InstanceMethod<&GraphWrap::replay>("replay"), InstanceMethod<&GraphWrap::time>("time"),
                   InstanceMethod<&GraphWrap::destroy>("destroy")}));
}

Napi::Value GraphWrap::replay(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Graph.replay";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Graph> graph = core(kCall);
    const auto count = static_cast<uint32_t>(optional_number(kCall, "count", info[0], 1, 1, kMostReplays));
    return PromiseWork::start(info.Env(), kCall, [graph, count] { graph->replay(count); });
  });
}

Napi::Value GraphWrap::time(const Napi::CallbackInfo& info) {
  static constexpr const char* kCall = "Graph.time";
  return guarded(info.Env(), kCall, [&]() -> Napi::Value {
    const std::shared_ptr<Graph> graph = core(kCall);
    const auto samples = static_cast<uint32_t>(whole_number(kCall, "samples", info[0], 1, kMostSamples));
    auto times = std::make_shared<std::vector<double>>();
    return PromiseWork::start(
        info.Env(), kCall, [graph, samples, times] { *times = graph->time(samples); },
        [times](Napi::Env env) -> Napi::Value {
          Napi::Float64Array result = Napi::Float64Array::New(env, times->size());
          std::copy(times->begin(), times->end(), result.Data());
          return result;
        });
  });
}

Napi::Value GraphWrap::destroy(const Napi::CallbackInfo& info) {
  let_go("it was destroyed");
  return info.Env().Undefined();
}

}  // namespace gqs
