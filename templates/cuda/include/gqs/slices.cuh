// Slices: rows of similar length that a warp multiplies side by side, each with kLanesPerRow of its lanes.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

constexpr uint32_t kNoRow = 0xffffffffu;

// What a warp has to do, as the matrix was packed: see the partition `slices` of the stream layout.
struct SliceTask {
  uint32_t slice;
  uint32_t end;
  uint32_t slice_end;
  uint32_t headed;

  __device__ __forceinline__ SliceTask(const uint32_t* tasks, uint32_t part) {
    const auto words = load_cached<4>(tasks + size_t{part} * 4);
    slice = words.word[0];
    end = words.word[1];
    slice_end = words.word[2];
    headed = words.word[3];
  }
};

// The slices that a warp goes through, one after another; what is known of the next one is on its way.
template <int kRowsPerSlice>
class SliceEnds {
 public:
  __device__ __forceinline__ SliceEnds(const uint32_t* slice_ends, const uint32_t* row_ids,
                                       const SliceTask& task, int lane)
      : slice_ends_(slice_ends + task.slice),
        row_ids_(row_ids + task.slice * kRowsPerSlice + lane / (kWarpSize / kRowsPerSlice)),
        end_(task.slice_end),
        row_(*row_ids_) {
    look_ahead();
  }

  // The step at which the slice ends, and this lane's row of it (kNoRow: none).
  __device__ __forceinline__ uint32_t end() const { return end_; }
  __device__ __forceinline__ uint32_t row() const { return row_; }

  __device__ __forceinline__ void advance() {
    end_ = next_end_;
    row_ = next_row_;
    ++slice_ends_;
    row_ids_ += kRowsPerSlice;
    look_ahead();
  }

 private:
  __device__ __forceinline__ void look_ahead() {
    next_end_ = slice_ends_[1];
    next_row_ = row_ids_[kRowsPerSlice];
  }

  const uint32_t* slice_ends_;
  const uint32_t* row_ids_;
  uint32_t end_;
  uint32_t row_;
  uint32_t next_end_ = 0;
  uint32_t next_row_ = 0;
};

// Adds up each token's sums over the lanes of a row; all of them get the result.
template <int kLanesPerRow, int kTokens>
__device__ __forceinline__ void reduce_row(float (&sums)[kTokens]) {
#pragma unroll
  for (int offset = kLanesPerRow / 2; offset >= 1; offset /= 2) {
#pragma unroll
    for (int token = 0; token < kTokens; ++token) {
      sums[token] += __shfl_xor_sync(kFullWarp, sums[token], offset);
    }
  }
}

}  // namespace gqs
