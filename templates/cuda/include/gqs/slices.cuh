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
  uint32_t earlier;  // warps before this one that have a part of the slice

  __device__ __forceinline__ SliceTask(const uint32_t* tasks, uint32_t part) {
    const auto words = load_cached<4>(tasks + size_t{part} * 4);
    slice = words.word[0];
    end = words.word[1];
    slice_end = words.word[2];
    earlier = words.word[3];
  }
};

// The slices that a warp goes through, one after another. A page of them, with 32 rows in all, is in
// registers, spread over the lanes, and the next page is on its way: what memory takes is waited for once.
template <int kRowsPerSlice>
class SliceEnds {
 public:
  __device__ __forceinline__ SliceEnds(const uint32_t* slice_ends, const uint32_t* row_ids,
                                       const SliceTask& task, int lane)
      : next_ends_(slice_ends + task.slice + lane % kSlicesPerPage),
        next_rows_(row_ids + task.slice * kRowsPerSlice + lane),
        row_in_slice_(lane / kSlicesPerPage),
        end_(task.slice_end) {
    load();
    turn();
  }

  // The step at which the slice ends, and this lane's row of it (kNoRow: none).
  __device__ __forceinline__ uint32_t end() const { return end_; }
  __device__ __forceinline__ uint32_t row() const {
    return __shfl_sync(kFullWarp, rows_, slice_ * kRowsPerSlice + row_in_slice_);
  }

  __device__ __forceinline__ void advance() {
    if (++slice_ == kSlicesPerPage) {
      slice_ = 0;
      turn();
    }
    end_ = __shfl_sync(kFullWarp, ends_, slice_);
  }

 private:
  static constexpr int kSlicesPerPage = kWarpSize / kRowsPerSlice;

  __device__ __forceinline__ void load() {
    coming_ends_ = *next_ends_;
    coming_rows_ = *next_rows_;
    next_ends_ += kSlicesPerPage;
    next_rows_ += kWarpSize;
  }
  __device__ __forceinline__ void turn() {
    ends_ = coming_ends_;
    rows_ = coming_rows_;
    load();
  }

  const uint32_t* next_ends_;
  const uint32_t* next_rows_;
  int row_in_slice_;
  int slice_ = 0;
  uint32_t end_;
  uint32_t ends_;
  uint32_t rows_;
  uint32_t coming_ends_;
  uint32_t coming_rows_;
};

// Sums of the slices that several warps have a part of, kValues each: `head` of one that began in an earlier
// warp, `tail` of one that goes on in the next.
template <int kWarps, int kValues>
struct SliceSums {
  float head[kWarps][kValues];
  float tail[kWarps][kValues];

  // What warp `warp` and the `earlier` ones before it, at least one, hold of the slice that ends in it.
  __device__ __forceinline__ float collect(int warp, int earlier, int value) const {
    float total = head[warp][value] + tail[warp - earlier][value];
    for (int first = 1; first < earlier; first += kTogether) {
      // Loads that wait for nothing overlap.
      float parts[kTogether];
#pragma unroll
      for (int i = 0; i < kTogether; ++i) {
        parts[i] = first + i < earlier ? head[warp - first - i][value] : 0.0f;
      }
#pragma unroll
      for (int i = 0; i < kTogether; ++i) total += parts[i];
    }
    return total;
  }

 private:
  static constexpr int kTogether = 4;
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
