// Tensor cores, and what their kernels have in common.
#pragma once

#include "gqs/numeric.cuh"

namespace gqs {

constexpr int kTokensPerMma = 8;
constexpr uint32_t kNoRow = 0xffffffffu;

// Which rows a CTA has, in shared memory. They are asked for early and needed late: each thread waits for its
// copies, then the CTA for its threads.
class RowIds {
 public:
  __device__ __forceinline__ RowIds(SharedAddress memory, const uint32_t* row_ids, uint32_t rows)
      : memory_(memory) {
    for (uint32_t row = threadIdx.x; row < rows; row += blockDim.x) {
      copy_async<4>(memory_ + row * 4, row_ids + row);
    }
    commit_copies();
  }

  __device__ __forceinline__ uint32_t at(uint32_t row) const { return memory_.load<1>(row * 4).word[0]; }

 private:
  SharedAddress memory_;
};

// sums[16 rows, 8 tokens] += a[16, 16] * b[16, 8]; mma.m16n8k16 of the PTX ISA. With g = lane / 4 and t =
// lane % 4, a lane holds of a: row g, columns 2t and 2t+1 ([0]) and 2t+8 and 2t+9 ([2]), and the same of row
// g + 8 ([1], [3]); of b: the same columns of token g; of the sums: tokens 2t and 2t+1 of row g ([0], [1])
// and of row g + 8 ([2], [3]).
__device__ __forceinline__ void multiply_tile(float (&sums)[4], const __half2 (&a)[4], uint32_t b0,
                                              uint32_t b1) {
#if defined(__CUDACC__)
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9},"
      " {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(bit_cast<uint32_t>(a[0])), "r"(bit_cast<uint32_t>(a[1])), "r"(bit_cast<uint32_t>(a[2])),
        "r"(bit_cast<uint32_t>(a[3])), "r"(b0), "r"(b1));
#else
  const int lane = threadIdx.x % kWarpSize;
  for (int part = 0; part < 4; ++part) {
    for (int half = 0; half < 2; ++half) {
      float2 rows[2];
      for (int row = 0; row < 2; ++row) {
        const uint32_t own = bit_cast<uint32_t>(a[2 * half + row]);
        rows[row] = pair_to_float<__half>(__shfl_sync(kFullWarp, own, lane / 4 * 4 + part));
      }
      for (int token = 0; token < 2; ++token) {
        const int source = (lane % 4 * 2 + token) * 4 + part;
        const float2 x = pair_to_float<__half>(__shfl_sync(kFullWarp, half == 0 ? b0 : b1, source));
        for (int row = 0; row < 2; ++row) {
          sums[2 * row + token] += rows[row].x * x.x + rows[row].y * x.y;
        }
      }
    }
  }
#endif
}

// Four int8 as float16: with the exponent of 1024, value + 128 reads as 1152 + value.
__device__ __forceinline__ Words<2> int8_halves(uint32_t bytes) {
  const auto pair = [&](uint32_t selector) {
    const uint32_t biased = __byte_perm(bytes ^ 0x80808080u, 0x64006400u, selector);
    return bit_cast<uint32_t>(__hsub2(bit_cast<__half2>(biased), bit_cast<__half2>(0x64806480u)));
  };
  return {{pair(0x7150), pair(0x7352)}};
}

}  // namespace gqs
