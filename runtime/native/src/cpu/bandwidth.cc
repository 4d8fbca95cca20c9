#include "cpu/bandwidth.h"

#include <algorithm>
#include <vector>

#include "cpu/cpu_memory.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
// One body for each width of the machine's vectors, picked when the addon is loaded.
#define GQS_WIDEST_VECTORS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define GQS_WIDEST_VECTORS
#endif

namespace gqs {
namespace {

constexpr uint64_t kBlockBytes = 1u << 20;
constexpr int64_t kEnoughNanoseconds = 400'000'000;
constexpr uint32_t kMostPasses = 200;

using Lane = uint64_t __attribute__((vector_size(64)));

GQS_WIDEST_VECTORS uint64_t sum_block(const Lane* lanes) {
  Lane a{}, b{}, c{}, d{};
  for (uint64_t i = 0; i < kBlockBytes / sizeof(Lane); i += 4) {
    a += lanes[i];
    b += lanes[i + 1];
    c += lanes[i + 2];
    d += lanes[i + 3];
  }
  a += b + c + d;
  uint64_t sum = 0;
  for (int i = 0; i < 8; ++i) sum += a[i];
  return sum;
}

template <typename T>
T argument(const void* const* args, int index) {
  return *static_cast<const T*>(args[index]);
}

// args: bytes to read, one sum for each block.
void read_block(const void* const* args, uint32_t block, uint32_t) {
  auto* memory = argument<const std::byte*>(args, 0) + block * kBlockBytes;
  argument<uint64_t*>(args, 1)[block] = sum_block(reinterpret_cast<const Lane*>(memory));
}

// Pages that were never written are all the same zero page, which sits in cache.
void write_block(const void* const* args, uint32_t block, uint32_t) {
  auto* memory = reinterpret_cast<uint64_t*>(argument<std::byte*>(args, 0) + block * kBlockBytes);
  std::fill_n(memory, kBlockBytes / sizeof(uint64_t), block + 1);
}

}  // namespace

double measure_read_bandwidth(ThreadPool& pool, uint64_t llc_bytes, uint64_t memory_bytes) {
  const uint64_t most = std::max<uint64_t>(memory_bytes / 4, kBlockBytes * 16);
  const uint64_t bytes = std::min<uint64_t>(std::max<uint64_t>(llc_bytes * 4 + 1, 256u << 20), most);
  const auto blocks = static_cast<uint32_t>(bytes / kBlockBytes);
  CpuBuffer memory(blocks * kBlockBytes, std::make_shared<CpuQueue::State>());
  std::vector<uint64_t> sums(blocks);
  const uint64_t address = memory.address();
  uint64_t* const sums_data = sums.data();
  const void* const args[] = {&address, &sums_data};

  const CpuLaunch write[] = {{write_block, args, blocks}};
  pool.run(write, 1);
  const CpuLaunch read[] = {{read_block, args, blocks}};
  int64_t best = INT64_MAX;
  int64_t total = 0;
  for (uint32_t passes = 0; passes < kMostPasses && total < kEnoughNanoseconds; passes += 2) {
    int64_t stamps[3];
    pool.run(read, 3, stamps);
    best = std::min({best, stamps[1] - stamps[0], stamps[2] - stamps[1]});
    total += stamps[2] - stamps[0];
  }
  return static_cast<double>(blocks) * kBlockBytes / (static_cast<double>(best) * 1e-9);
}

}  // namespace gqs
