// Sums over the lanes of a warp.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

// Which value a lane holds after reduce_lanes: kWarpSize / kCount neighbouring lanes hold the same.
template <int kCount>
__device__ __forceinline__ int reduced_value(int lane) {
  return lane / (kWarpSize / kCount);
}

// Sums each of kCount values (a power of two) over the warp; lane l returns the sum of value
// reduced_value(l). While several values are left, a lane hands over the half that its partner keeps: 9
// shuffles for 8 values instead of 40. The order of additions is fixed.
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

}  // namespace gqs
