// Times launches of a peer's kernel as the benchmark times ours: CUDA graphs over rotated copies of the
// weights.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace gqs_bench {

#define GQS_CUDA(call)                                                              \
  do {                                                                              \
    const cudaError_t status = (call);                                              \
    if (status != cudaSuccess) {                                                    \
      std::printf("{\"failed\": \"%s: %s\"}\n", #call, cudaGetErrorString(status)); \
      std::exit(0);                                                                 \
    }                                                                               \
  } while (0)

// What the command line of a peer says: n k m rotation_bytes sample_us samples.
struct Request {
  int n, k, m;
  size_t rotation_bytes;
  double sample_us;
  int samples;

  static Request parse(int argc, char** argv) {
    if (argc < 7) {
      std::fprintf(stderr, "usage: %s n k m rotation_bytes sample_us samples\n", argv[0]);
      std::exit(2);
    }
    return {std::atoi(argv[1]), std::atoi(argv[2]),
            std::atoi(argv[3]), static_cast<size_t>(std::atof(argv[4])),
            std::atof(argv[5]), std::atoi(argv[6])};
  }

  int copies(size_t bytes) const {
    return static_cast<int>(std::max<size_t>(1, (rotation_bytes + bytes - 1) / bytes));
  }
};

// Device memory filled with what `word` gives for each 32-bit word.
template <typename Word>
void* filled(size_t bytes, Word&& word) {
  std::vector<uint32_t> host((bytes + 3) / 4);
  for (size_t i = 0; i < host.size(); ++i) host[i] = word(i);
  void* device = nullptr;
  GQS_CUDA(cudaMalloc(&device, host.size() * 4));
  GQS_CUDA(cudaMemcpy(device, host.data(), host.size() * 4, cudaMemcpyHostToDevice));
  return device;
}

inline uint32_t random_word(size_t i) {
  uint32_t x = static_cast<uint32_t>(i) * 2654435761u + 12345u;
  x ^= x >> 15;
  x *= 2246822519u;
  return x ^ x >> 13;
}

// A float16 in [-0.5, 0.5) in each half.
inline uint32_t random_halves(size_t i) {
  const auto half = [](uint32_t bits) { return (bits & 0x8000u) | 0x3000u | (bits & 0x03ffu); };
  const uint32_t word = random_word(i);
  return half(word) | half(word >> 16) << 16;
}

inline float half_to_float(uint16_t half) {
  const int exponent = half >> 10 & 31;
  const float magnitude = exponent == 0    ? std::ldexp(half & 1023, -24)
                          : exponent == 31 ? NAN
                                           : std::ldexp(1024 + (half & 1023), exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

// Whether the float16 outputs are numbers, and not all the same.
inline bool plausible(const void* device, size_t count) {
  std::vector<uint16_t> y(count);
  GQS_CUDA(cudaMemcpy(y.data(), device, count * 2, cudaMemcpyDeviceToHost));
  bool differs = false;
  for (const uint16_t value : y) {
    if (!std::isfinite(half_to_float(value))) return false;
    differs = differs || value != y[0];
  }
  return differs;
}

// Calls launch(copy, stream) for each copy in turn, and prints the samples in microseconds per launch.
template <typename Launch>
void time_launches(const Request& request, int copies, Launch&& launch) {
  cudaStream_t stream;
  GQS_CUDA(cudaStreamCreate(&stream));
  cudaEvent_t begin, end;
  GQS_CUDA(cudaEventCreate(&begin));
  GQS_CUDA(cudaEventCreate(&end));
  const auto graph_of = [&](int rounds) {
    cudaGraph_t graph;
    cudaGraphExec_t executable;
    GQS_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
    for (int i = 0; i < rounds * copies; ++i) launch(i % copies, stream);
    GQS_CUDA(cudaStreamEndCapture(stream, &graph));
    GQS_CUDA(cudaGraphInstantiate(&executable, graph, 0));
    return executable;
  };
  const auto microseconds = [&](cudaGraphExec_t graph) {
    GQS_CUDA(cudaEventRecord(begin, stream));
    GQS_CUDA(cudaGraphLaunch(graph, stream));
    GQS_CUDA(cudaEventRecord(end, stream));
    GQS_CUDA(cudaEventSynchronize(end));
    float milliseconds = 0;
    GQS_CUDA(cudaEventElapsedTime(&milliseconds, begin, end));
    return milliseconds * 1000.0;
  };
  const cudaGraphExec_t once = graph_of(1);
  microseconds(once);
  const int rounds = std::max(1, static_cast<int>(std::ceil(request.sample_us / microseconds(once))));
  const cudaGraphExec_t graph = graph_of(rounds);
  microseconds(graph);
  // All of them before the first is printed: what fails in between prints a line of its own.
  std::vector<double> us;
  for (int i = 0; i < request.samples; ++i) us.push_back(microseconds(graph) / (rounds * copies));
  std::printf("{\"us\": [");
  for (size_t i = 0; i < us.size(); ++i) std::printf("%s%.4f", i == 0 ? "" : ", ", us[i]);
  std::printf("]}\n");
}

}  // namespace gqs_bench
