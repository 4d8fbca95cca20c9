// ggml's mul_mat with quantised weights on its CUDA backend. ggml captures its own CUDA graphs; the time of a
// product includes the quantisation of x to 8 bits, which is part of ggml's operation.
// Its build needs them: they are off unless asked for.
// Arguments: n k m rotation_bytes sample_us samples type.
#include <ggml-alloc.h>
#include <ggml-backend.h>
#include <ggml-cuda.h>
#include <ggml.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

namespace {

[[noreturn]] void fail(const char* reason) {
  std::printf("{\"failed\": \"%s\"}\n", reason);
  std::exit(0);
}

ggml_type type_named(const char* name) {
  for (int i = 0; i < GGML_TYPE_COUNT; ++i) {
    const auto type = static_cast<ggml_type>(i);
    const char* known = ggml_type_name(type);
    if (known != nullptr && std::strcmp(known, name) == 0) return type;
  }
  fail("ggml has no such type");
}

// Without graphs a product takes as long as launching its kernels does, which says nothing of the kernels.
bool has_graphs() {
  ggml_backend_reg_t backends = ggml_backend_cuda_reg();
  const auto features_of = reinterpret_cast<ggml_backend_get_features_t>(
      ggml_backend_reg_get_proc_address(backends, "ggml_backend_get_features"));
  if (features_of == nullptr) return false;
  for (const ggml_backend_feature* one = features_of(backends); one->name != nullptr; ++one) {
    if (std::strcmp(one->name, "USE_GRAPHS") == 0) return true;
  }
  return false;
}

constexpr int kDistinctRows = 256;  // quantised once, then repeated

}  // namespace

int main(int argc, char** argv) {
  if (argc < 8) return 2;
  const int64_t n = std::atoll(argv[1]), k = std::atoll(argv[2]), m = std::atoll(argv[3]);
  const double rotation_bytes = std::atof(argv[4]), sample_us = std::atof(argv[5]);
  const int samples = std::atoi(argv[6]);
  const ggml_type type = type_named(argv[7]);
  if (!has_graphs()) fail("its build has no CUDA graphs: build it with -DGGML_CUDA_GRAPHS=ON");

  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> rows(kDistinctRows * k), x(k * m);
  for (float& value : rows) value = 0.02f * normal(random);
  for (float& value : x) value = normal(random);
  const size_t row_bytes = ggml_row_size(type, k);
  std::vector<uint8_t> packed(kDistinctRows * row_bytes), weights(n * row_bytes);
  ggml_quantize_chunk(type, rows.data(), packed.data(), 0, kDistinctRows, k, nullptr);
  for (int64_t row = 0; row < n; ++row) {
    std::memcpy(&weights[row * row_bytes], &packed[row % kDistinctRows * row_bytes], row_bytes);
  }

  ggml_backend_t backend = ggml_backend_cuda_init(0);
  if (backend == nullptr) fail("ggml's CUDA backend does not start");
  const int copies = std::max(1, static_cast<int>(std::ceil(rotation_bytes / weights.size())));
  const int products = std::max(copies, 200 / copies * copies);
  const size_t tensors = copies + products + 8;
  ggml_init_params parameters{ggml_tensor_overhead() * tensors + ggml_graph_overhead_custom(tensors, false),
                              nullptr, true};
  ggml_context* context = ggml_init(parameters);
  std::vector<ggml_tensor*> copy_of;
  for (int i = 0; i < copies; ++i) copy_of.push_back(ggml_new_tensor_2d(context, type, k, n));
  ggml_tensor* input = ggml_new_tensor_2d(context, GGML_TYPE_F32, k, m);
  ggml_cgraph* graph = ggml_new_graph_custom(context, tensors, false);
  ggml_tensor* product = nullptr;
  for (int i = 0; i < products; ++i) {
    product = ggml_mul_mat(context, copy_of[i % copies], input);
    ggml_build_forward_expand(graph, product);
  }
  if (ggml_backend_alloc_ctx_tensors(context, backend) == nullptr) fail("not enough device memory");
  for (ggml_tensor* copy : copy_of) ggml_backend_tensor_set(copy, weights.data(), 0, weights.size());
  ggml_backend_tensor_set(input, x.data(), 0, x.size() * 4);

  const auto microseconds = [&](int times) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) ggml_backend_graph_compute_async(backend, graph);
    ggml_backend_synchronize(backend);
    const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
    return taken.count() / times / products;
  };
  for (int i = 0; i < 4; ++i) microseconds(1);

  std::vector<float> y(n * m), row(k);
  ggml_backend_tensor_get(product, y.data(), 0, y.size() * 4);
  double difference = 0, magnitude = 0;
  for (int64_t i = 0; i < kDistinctRows && i < n; ++i) {
    ggml_get_type_traits(type)->to_float(&packed[i * row_bytes], row.data(), k);
    for (int64_t token = 0; token < m; ++token) {
      double sum = 0;
      for (int64_t j = 0; j < k; ++j) sum += double(row[j]) * x[token * k + j];
      difference += std::pow(y[token * n + i] - sum, 2);
      magnitude += sum * sum;
    }
  }
  const double error = std::sqrt(difference / magnitude);
  if (!(error < 0.03)) fail("its result differs from the product of its own weights");

  const int times = std::max(1, static_cast<int>(std::ceil(sample_us / (microseconds(1) * products))));
  std::printf("{\"relativeError\": %.3g, \"us\": [", error);
  for (int i = 0; i < samples; ++i) std::printf("%s%.4f", i == 0 ? "" : ", ", microseconds(times));
  std::printf("]}\n");
}
