// Sums over the lanes of a warp.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

// Sums each of kCount values (a power of two) over the warp; each kWarpSize / kCount neighbouring lanes
// return the sum of one value. While several values are left, a lane hands over the half that its partner
// keeps: 9 shuffles for 8 values instead of 40. The order of additions is fixed.
template <int kCount>
__device__ __forceinline__ float reduce_lanes(const float (&values)[kCount], int lane) {
  float left[kCount];
#pragma unroll
  for (int i = 0; i < kCount; ++i) left[i] = values[i];
  int offset = kWarpSize / 2;
#pragma unroll
  for (int half = kCount / 2; half >= 1; half /= 2) {
    const bool upper = (lane & offset) != 0;
#pragma unroll
    for (int i = 0; i < half; ++i) {
      const float give = upper ? left[i] : left[i + half];
      const float keep = upper ? left[i + half] : left[i];
      left[i] = keep + __shfl_xor_sync(kFullWarp, give, offset);
    }
    offset /= 2;
  }
#pragma unroll
  for (; offset >= 1; offset /= 2) left[0] += __shfl_xor_sync(kFullWarp, left[0], offset);
  return left[0];
}

// Finished rows whose sums are still spread over the lanes of a warp. They wait in shared memory until there
// are several, which are then added up at once: a row costs one store and an eighth of a reduction, instead
// of five shuffles that wait for one another.
template <int kTokens>
class RowBatch {
  static constexpr int kValues = kTokens < 8 ? 8 : kTokens;
  static constexpr int kRows = kValues / kTokens;
  static constexpr int kLanesPerValue = kWarpSize / kValues;
  static constexpr int kPieces = kWarpSize / kLanesPerValue / 4;  // of 16 bytes, that one lane adds up
  static constexpr uint32_t kValueBytes = kWarpSize * 4;

 public:
  // Of shared memory, per warp.
  static constexpr uint32_t kBytes = kValues * kValueBytes;

  __device__ __forceinline__ RowBatch(SharedAddress memory, int lane) : memory_(memory), lane_(lane) {}

  // Takes the lane's part of a row, for each token. A full batch goes to result.store(row, token, sum).
  template <typename Result>
  __device__ __forceinline__ void put(uint32_t row, const float (&sums)[kTokens], const Result& result) {
#pragma unroll
    for (int token = 0; token < kTokens; ++token) {
      memory_.store((count_ * kTokens + token) * kValueBytes + lane_ * 4,
                    Words<1>{bit_cast<uint32_t>(sums[token])});
    }
    if (lane_ / (kLanesPerValue * kTokens) == count_) row_ = row;
    if (++count_ == kRows) flush(result);
  }

  template <typename Result>
  __device__ __forceinline__ void flush(const Result& result) {
    if (count_ == 0) return;
    __syncwarp();
    const int value = lane_ / kLanesPerValue;
    const int part = lane_ % kLanesPerValue;
    float total = 0.0f;
#pragma unroll
    for (int i = 0; i < kPieces; ++i) {
      // Neighbouring values begin with different pieces, so that their banks differ.
      const int piece = part * kPieces + (i + value) % kPieces;
      const auto words = memory_.template load<4>(value * kValueBytes + piece * 16);
      total += (bit_cast<float>(words.word[0]) + bit_cast<float>(words.word[1])) +
               (bit_cast<float>(words.word[2]) + bit_cast<float>(words.word[3]));
    }
#pragma unroll
    for (int offset = kLanesPerValue / 2; offset >= 1; offset /= 2) {
      total += __shfl_xor_sync(kFullWarp, total, offset);
    }
    if (part == 0 && value < count_ * kTokens) result.store(row_, value % kTokens, total);
    __syncwarp();
    count_ = 0;
  }

 private:
  SharedAddress memory_;
  int lane_;
  int count_ = 0;
  uint32_t row_ = 0;  // of the value that this lane adds up
};

}  // namespace gqs
