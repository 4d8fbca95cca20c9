// Marlin: dense int4 weights with groups of 128, float16 x. Its source is included by path (-I).
#include "graph_timing.cuh"
#include "marlin_cuda_kernel.cu"

int main(int argc, char** argv) {
  using namespace gqs_bench;
  const Request request = Request::parse(argc, argv);
  const size_t elements = size_t(request.n) * request.k;
  const size_t value_bytes = elements / 2;
  const size_t scale_bytes = elements / 128 * 2;
  const int copies = request.copies(value_bytes + scale_bytes);
  std::vector<void*> values, scales;
  for (int copy = 0; copy < copies; ++copy) {
    values.push_back(filled(value_bytes, [=](size_t i) { return random_word(i + copy); }));
    scales.push_back(filled(scale_bytes, random_halves));
  }
  void* x = filled(size_t(request.m) * request.k * 2, random_halves);
  void* y = filled(size_t(request.m) * request.n * 2, [](size_t) { return 0u; });
  void* workspace = filled(request.n / 128 * 16 * 4 + 4, [](size_t) { return 0u; });
  const auto launch = [&](int copy, cudaStream_t stream) {
    const int status = marlin_cuda(x, values[copy], y, scales[copy], request.m, request.n, request.k,
                                   workspace, 128, 0, stream);
    if (status != 0) {
      std::printf("{\"failed\": \"marlin_cuda returned %d for this shape\"}\n", status);
      std::exit(0);
    }
  };
  launch(0, nullptr);
  GQS_CUDA(cudaDeviceSynchronize());
  if (!plausible(y, size_t(request.m) * request.n)) {
    std::printf("{\"failed\": \"its result is not finite, or the same everywhere\"}\n");
    return 0;
  }
  time_launches(request, copies, launch);
}
