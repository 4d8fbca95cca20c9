// Sparse-Marlin: 2:4 sparse int4 weights with groups of 64, float16 x. Its source is included by path (-I).
#include "graph_timing.cuh"
#include "marlin_cuda_kernel_nm.cu"

int main(int argc, char** argv) {
  using namespace gqs_bench;
  const Request request = Request::parse(argc, argv);
  const size_t elements = size_t(request.n) * request.k;
  const size_t value_bytes = elements / 4;  // half of the weights, 4 bits each
  const size_t meta_bytes = elements / 8;   // 2 bits for each weight that is kept
  const size_t scale_bytes = elements / 64 * 2;
  const int copies = request.copies(value_bytes + meta_bytes + scale_bytes);
  // Two of four: pairs of different positions, ascending.
  const auto positions = [](size_t i) {
    constexpr uint32_t kPairs[] = {0x4, 0x8, 0xc, 0x9, 0xd, 0xe};
    uint32_t word = 0;
    for (int nibble = 0; nibble < 8; ++nibble)
      word |= kPairs[random_word(8 * i + nibble) % 6] << (4 * nibble);
    return word;
  };
  std::vector<void*> values, metas, scales;
  for (int copy = 0; copy < copies; ++copy) {
    values.push_back(filled(value_bytes, [=](size_t i) { return random_word(i + copy); }));
    metas.push_back(filled(meta_bytes, positions));
    scales.push_back(filled(scale_bytes, random_halves));
  }
  void* x = filled(size_t(request.m) * request.k * 2, random_halves);
  void* y = filled(size_t(request.m) * request.n * 2, [](size_t) { return 0u; });
  void* workspace = filled(request.n / 128 * 16 * 4 + 4, [](size_t) { return 0u; });
  const auto launch = [&](int copy, cudaStream_t stream) {
    const int status = marlin::marlin_cuda_2_4(x, values[copy], metas[copy], y, scales[copy], request.n,
                                               request.m, request.k, workspace, 64, 0, stream);
    if (status != 0) {
      std::printf("{\"failed\": \"marlin_cuda_2_4 returned %d for this shape\"}\n", status);
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
