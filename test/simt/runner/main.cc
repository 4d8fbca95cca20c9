// simt-runner <kernel.so> <cases> <results>: runs the cases and writes, for each case and launch, the buffers
// that kernels write, one after another. Exit status 3 and a message on standard error when a kernel breaks a
// rule.
#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

#include "case_file.h"
#include "fault.h"
#include "guarded_buffer.h"
#include "scheduler.h"

namespace simt {
namespace {

template <typename Function>
Function find(void* library, const char* name) {
  void* symbol = dlsym(library, name);
  if (symbol == nullptr) fault(text("the kernel's library lacks %s", name));
  return reinterpret_cast<Function>(symbol);
}

struct Library {
  Kernel kernel;
  size_t (*parameter_size)(size_t);
};

Library load(const char* path) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fault(dlerror());
  unsigned char* begin = find<unsigned char* (*)()>(library, "simt_shared_begin")();
  unsigned char* end = find<unsigned char* (*)()>(library, "simt_shared_end")();
  return {{find<void (*)(const void* const*)>(library, "simt_call"), begin, static_cast<size_t>(end - begin)},
          find<size_t (*)(size_t)>(library, "simt_parameter_size")};
}

void check_signature(const Library& library, const std::vector<Argument>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const size_t expected = arguments[i].is_buffer ? sizeof(void*) : sizeof(uint32_t);
    const size_t size = library.parameter_size(i);
    if (size != expected) {
      fault(text("argument %zu takes %zu bytes, the kernel's parameter %zu", i, expected, size));
    }
  }
  if (library.parameter_size(arguments.size()) != 0) {
    fault(text("the kernel takes more than %zu arguments", arguments.size()));
  }
}

// The arguments of one launch in guarded memory; what it wrote goes back into the case's persistent buffers.
class BoundArguments {
 public:
  BoundArguments(std::vector<Argument>& arguments, Placement placement) : arguments_(arguments) {
    for (Argument& argument : arguments_) {
      buffers_.push_back(argument.is_buffer ? place(argument, placement) : nullptr);
      const auto* buffer = buffers_.back().get();
      pointers_.push_back(buffer == nullptr ? nullptr : buffer->data());
    }
    for (size_t i = 0; i < arguments_.size(); ++i) {
      addresses_.push_back(arguments_[i].is_buffer ? static_cast<const void*>(&pointers_[i])
                                                   : static_cast<const void*>(&arguments_[i].number));
    }
  }

  const void* const* addresses() const { return addresses_.data(); }

  void collect(std::ofstream& results) {
    for (size_t i = 0; i < arguments_.size(); ++i) {
      const GuardedBuffer* buffer = buffers_[i].get();
      if (buffer == nullptr) continue;
      buffer->check_canaries();
      if (arguments_[i].access == Access::kRead) continue;
      results.write(reinterpret_cast<const char*>(buffer->data()),
                    static_cast<std::streamsize>(buffer->bytes()));
      if (arguments_[i].access == Access::kPersistent) {
        memcpy(arguments_[i].data.data(), buffer->data(), buffer->bytes());
      }
    }
  }

 private:
  static std::unique_ptr<GuardedBuffer> place(const Argument& argument, Placement placement) {
    const auto& data = argument.data;
    auto buffer = std::make_unique<GuardedBuffer>(argument.name, data.size(), argument.alignment, placement);
    if (!data.empty()) memcpy(buffer->data(), data.data(), data.size());
    if (argument.access == Access::kRead) buffer->forbid_writes();
    return buffer;
  }

  std::vector<Argument>& arguments_;
  std::vector<std::unique_ptr<GuardedBuffer>> buffers_;
  std::vector<void*> pointers_;
  std::vector<const void*> addresses_;
};

void run_case(const Library& library, Case& the_case, size_t number, std::ofstream& results) {
  check_signature(library, the_case.arguments);
  for (uint32_t launch = 0; launch < the_case.launches; ++launch) {
    place().launch = text("case %zu, launch %u", number, launch);
    // The first launch finds guard pages behind its buffers, the second in front of them.
    BoundArguments arguments(the_case.arguments, launch % 2 == 0 ? Placement::kAtEnd : Placement::kAtStart);
    const uint64_t seed = the_case.seed == 0 ? 0 : uint64_t{the_case.seed} + launch;
    run_grid(library.kernel,
             {the_case.blocks, the_case.threads, the_case.dynamic_shared_bytes, the_case.resident, seed},
             arguments.addresses());
    arguments.collect(results);
  }
}

}  // namespace
}  // namespace simt

int main(int count, char** values) {
  if (count != 4) {
    fprintf(stderr, "usage: %s <kernel.so> <cases> <results>\n", values[0]);
    return 2;
  }
  simt::install_fault_handlers();
  const simt::Library library = simt::load(values[1]);
  std::vector<simt::Case> cases = simt::read_cases(values[2]);
  std::ofstream results(values[3], std::ios::binary);
  for (size_t i = 0; i < cases.size(); ++i) simt::run_case(library, cases[i], i, results);
  results.close();
  if (!results) simt::fault("cannot write the results");
  return 0;
}
