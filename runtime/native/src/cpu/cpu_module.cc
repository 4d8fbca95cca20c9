#include "cpu/cpu_module.h"

#include <dlfcn.h>

#include <cstdlib>
#include <utility>

#include "cpu/elf_check.h"
#include "error.h"

namespace gqs {
namespace {

constexpr const char* kLoad = "Device.loadModule";

// A name without a slash would be looked for in the system's library folders.
std::string absolute_path(const std::string& path) {
  char* resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) fail(kBadFile, kLoad, "Expected a shared object but found no file at " + path);
  std::string result(resolved);
  std::free(resolved);
  return result;
}

std::string loader_error() {
  const char* text = dlerror();
  return text == nullptr ? "no reason given" : text;
}

}  // namespace

void CpuModule::Close::operator()(void* handle) const { dlclose(handle); }

CpuModule::CpuModule(const std::string& path) : path_(absolute_path(path)) {
  // The loader maps a file that was cut short and then dies of SIGBUS.
  if (const auto problem = elf_problem(path_)) {
    fail(kBadFile, kLoad, "Expected a complete shared object for this machine but " + path_ + " " + *problem);
  }
  handle_.reset(dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!handle_) {
    fail(kBadFile, kLoad, "Expected a loadable shared object but received " + path_ + ": " + loader_error());
  }
}

std::shared_ptr<Kernel> CpuModule::kernel(const std::string& symbol) {
  void* address = dlsym(handle_.get(), symbol.c_str());
  if (address == nullptr) {
    fail(kNoSymbol, "Module.kernel",
         "Expected a kernel \"" + symbol + "\" in " + path_ + ": " + loader_error());
  }
  // extern "C" const char SYMBOL_args[] = "bbu"; states the arguments where a kernel's source does.
  std::optional<std::string> signature;
  if (const void* text = dlsym(handle_.get(), (symbol + "_args").c_str())) {
    signature = static_cast<const char*>(text);
  }
  return std::make_shared<CpuKernel>(shared_from_this(), reinterpret_cast<CpuKernelFunction>(address),
                                     std::move(signature));
}

CpuKernel::CpuKernel(std::shared_ptr<CpuModule> module, CpuKernelFunction function,
                     std::optional<std::string> signature)
    : module_(std::move(module)), function_(function), signature_(std::move(signature)) {}

}  // namespace gqs
