// Where the rows of a stream end. A warp walks the rows in order; 32 row ends at a time lie in its lanes.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

class RowEnds {
 public:
  // Rows first_row up to row_limit; row_ptr[r + 1] is the unit at which row r ends.
  __device__ __forceinline__ RowEnds(const uint32_t* row_ptr, uint32_t first_row, uint32_t row_limit,
                                     int lane)
      : row_ptr_(row_ptr), row_(first_row), row_limit_(row_limit), lane_(lane) {
    load_window();
  }

  __device__ __forceinline__ uint32_t row() const { return row_; }
  __device__ __forceinline__ bool done() const { return row_ >= row_limit_; }
  // The unit at which the current row ends; past any unit when there is no current row.
  __device__ __forceinline__ uint32_t end() const { return end_; }

  __device__ __forceinline__ void advance() {
    ++row_;
    if (row_ - window_ == kWarpSize) {
      load_window();
    } else {
      end_ = __shfl_sync(kFullWarp, lane_end_, static_cast<int>(row_ - window_));
    }
  }

  // The row of the window that contains the unit: the first one that ends past it.
  __device__ __forceinline__ void seek_in_window(uint32_t unit) {
    row_ = window_ + __popc(__ballot_sync(kFullWarp, lane_end_ <= unit));
    end_ = __shfl_sync(kFullWarp, lane_end_, static_cast<int>(row_ - window_) % kWarpSize);
  }

 private:
  __device__ __forceinline__ void load_window() {
    window_ = row_;
    const uint32_t row = row_ + lane_;
    lane_end_ = row < row_limit_ ? row_ptr_[row + 1] : 0xffffffffu;
    end_ = __shfl_sync(kFullWarp, lane_end_, 0);
  }

  const uint32_t* row_ptr_;
  uint32_t row_;
  uint32_t row_limit_;
  uint32_t window_ = 0;
  uint32_t lane_end_ = 0;
  uint32_t end_ = 0;
  int lane_;
};

// Adds what a lane multiplied in one step, the products of `unit`, to its sums. For each row that ends within
// the step, finish() is given the lane's part of it; `sums` keeps what the lane holds of the row that goes
// on.
template <int kTokens, typename Finish>
__device__ __forceinline__ void add_step(RowEnds& rows, uint32_t unit, uint32_t step_end,
                                         float (&products)[kTokens], float (&sums)[kTokens],
                                         Finish&& finish) {
  while (rows.end() <= step_end) {
    const bool mine = unit < rows.end();
#pragma unroll
    for (int token = 0; token < kTokens; ++token) {
      sums[token] += mine ? products[token] : 0.0f;
      products[token] = mine ? 0.0f : products[token];
    }
    finish(sums);
#pragma unroll
    for (int token = 0; token < kTokens; ++token) sums[token] = 0.0f;
    rows.advance();
  }
#pragma unroll
  for (int token = 0; token < kTokens; ++token) sums[token] += products[token];
}

}  // namespace gqs
