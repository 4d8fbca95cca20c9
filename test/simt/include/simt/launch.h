// How the runner calls a kernel of a shared object. SIMT_KERNEL(symbol) at the end of a source file defines
// the entries that the runner looks up.
#pragma once

#include <cstddef>
#include <utility>

namespace simt {

// args[i] points at argument i, as in cuLaunchKernel.
template <typename... Parameters, size_t... kIndex>
void call(void (*kernel)(Parameters...), const void* const* args, std::index_sequence<kIndex...>) {
  kernel(*static_cast<const Parameters*>(args[kIndex])...);
}

template <typename... Parameters>
void call(void (*kernel)(Parameters...), const void* const* args) {
  call(kernel, args, std::index_sequence_for<Parameters...>{});
}

// The size of parameter `index` in bytes; 0 behind the last one.
template <typename... Parameters>
size_t parameter_size(void (*)(Parameters...), size_t index) {
  constexpr size_t kSizes[] = {sizeof(Parameters)..., 0};
  return index < sizeof...(Parameters) ? kSizes[index] : 0;
}

}  // namespace simt

// Where the linker puts the section of static shared memory; absent in kernels without any.
extern "C" {
extern unsigned char __start_simt_shared[] __attribute__((weak, visibility("hidden")));
extern unsigned char __stop_simt_shared[] __attribute__((weak, visibility("hidden")));
}

#define SIMT_KERNEL(symbol)                                                                            \
  extern "C" void simt_call(const void* const* args) { simt::call(&symbol, args); }                    \
  extern "C" size_t simt_parameter_size(size_t index) { return simt::parameter_size(&symbol, index); } \
  extern "C" unsigned char* simt_shared_begin() { return __start_simt_shared; }                        \
  extern "C" unsigned char* simt_shared_end() { return __stop_simt_shared; }
