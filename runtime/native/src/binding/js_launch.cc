#include "binding/js_launch.h"

#include <string>

#include "binding/js_arguments.h"
#include "binding/wraps.h"

namespace gqs {
namespace {

constexpr uint64_t kMostBlocks = 0x7fffffff;
constexpr uint64_t kMostThreads = 1024;
constexpr uint64_t kMostShared = 1u << 20;  // far above any GPU's; the device knows its own limit

std::shared_ptr<Kernel> kernel_of(const char* call, const std::shared_ptr<Session>& session,
                                  const Napi::Value& value) {
  const KernelWrap* kernel = KernelWrap::from(value);
  if (kernel == nullptr) {
    fail(kInvalidArgument, call, "Expected a Kernel for kernel but received " + shown(value));
  }
  const std::shared_ptr<Kernel>& core = kernel->core(call);
  if (kernel->session() != session) {
    fail(kInvalidArgument, call, "Expected a kernel of this device but received one of another");
  }
  return core;
}

Argument buffer_argument(const char* call, const std::shared_ptr<Session>& session, const std::string& what,
                         const Napi::Object& object) {
  const Napi::Value value = object.Get("buffer");
  const BufferWrap* buffer = BufferWrap::from(value);
  if (buffer == nullptr) {
    fail(kInvalidArgument, call,
         "Expected a number or { buffer, offset } for " + what + " but received " +
             (value.IsUndefined() ? "an object without buffer" : "as buffer " + shown(value)));
  }
  Argument argument;
  argument.buffer = buffer->core(call);
  if (buffer->session() != session) {
    fail(kInvalidArgument, call,
         "Expected a buffer of this device for " + what + " but received one of another");
  }
  argument.offset =
      optional_number(call, "the offset of " + what, object.Get("offset"), 0, 0, argument.buffer->bytes());
  return argument;
}

Argument argument_of(const char* call, const std::shared_ptr<Session>& session, const std::string& what,
                     const Napi::Value& value) {
  if (value.IsObject()) return buffer_argument(call, session, what, value.As<Napi::Object>());
  if (!value.IsNumber()) {
    fail(kInvalidArgument, call,
         "Expected a number or { buffer, offset } for " + what + " but received " + shown(value));
  }
  Argument argument;
  argument.scalar = static_cast<uint32_t>(whole_number(call, what, value, 0, UINT32_MAX));
  return argument;
}

const char* kind_name(char kind) {
  return kind == 'b' ? "a buffer" : kind == 'u' ? "a u32" : "an argument that is neither a pointer nor a u32";
}

void check_signature(const char* call, const Launch& launch) {
  const std::optional<std::string>& signature = launch.kernel->signature();
  if (!signature) return;
  if (signature->size() != launch.args.size()) {
    fail(kInvalidArgument, call,
         "Expected " + std::to_string(signature->size()) + " arguments for this kernel but received " +
             std::to_string(launch.args.size()));
  }
  for (size_t i = 0; i < launch.args.size(); ++i) {
    const char received = launch.args[i].buffer ? 'b' : 'u';
    if ((*signature)[i] != received) {
      fail(kInvalidArgument, call,
           std::string("Expected ") + kind_name((*signature)[i]) + " for args[" + std::to_string(i) +
               "] but received " + kind_name(received));
    }
  }
}

}  // namespace

Launch js_launch(const char* call, const std::shared_ptr<Session>& session, const Napi::Value& value) {
  if (!value.IsObject()) fail(kInvalidArgument, call, "Expected a launch but received " + shown(value));
  const Napi::Object object = value.As<Napi::Object>();
  Launch launch;
  launch.kernel = kernel_of(call, session, object.Get("kernel"));
  launch.grid = static_cast<uint32_t>(whole_number(call, "grid", object.Get("grid"), 1, kMostBlocks));
  launch.threads =
      static_cast<uint32_t>(whole_number(call, "threads", object.Get("threads"), 1, kMostThreads));
  launch.shared_bytes =
      static_cast<uint32_t>(whole_number(call, "sharedBytes", object.Get("sharedBytes"), 0, kMostShared));
  launch.pdl = object.Get("pdl").ToBoolean().Value();

  const Napi::Value args = object.Get("args");
  if (!args.IsArray()) fail(kInvalidArgument, call, "Expected an array for args but received " + shown(args));
  const Napi::Array list = args.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) {
    launch.args.push_back(argument_of(call, session, "args[" + std::to_string(i) + "]", list.Get(i)));
  }
  check_signature(call, launch);
  return launch;
}

}  // namespace gqs
