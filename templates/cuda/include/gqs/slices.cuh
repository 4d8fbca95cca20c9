// Slices: rows of similar length that a warp multiplies side by side, each with kLanesPerRow of its lanes.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

constexpr uint32_t kNoRow = 0xffffffffu;

// What a warp has to do.
struct SliceTask {
  uint32_t slice;      // of the CTA, the one in which the warp begins
  uint32_t slice_end;  // the step at which it ends
  uint32_t end;        // the step at which the work of the warp ends
};

// A row of a CTA.
struct SliceRow {
  uint32_t id = kNoRow;  // in the matrix
  uint32_t open = 0;     // warps that have a part of it and leave it unfinished: first, number << 8
};

// What was written down of a CTA when the matrix was packed, in shared memory: see the partition `slices` of
// the stream layout.
template <int kWarps, int kRowsPerSlice>
class SliceTable {
 public:
  // `slices`: that a CTA has room for.
  __device__ __forceinline__ SliceTable(SharedAddress memory, uint32_t slices)
      : memory_(memory), slices_(slices) {}

  __device__ __forceinline__ uint32_t bytes() const {
    return (kWarps * 16 + slices_ * (2 + kRowsPerSlice) * 4 + kPiece - 1) / kPiece * kPiece;
  }
  __device__ __forceinline__ uint32_t rows() const { return slices_ * kRowsPerSlice; }

  // Asks for the table of CTA `cta`; all threads then have to wait for their copies, and a barrier to follow.
  // Not loaded but copied: loads under way in the loop would hold up those that are waited for together with
  // them.
  template <int kThreads>
  __device__ __forceinline__ void fill(const uint32_t* tables, uint32_t cta) const {
    const uint32_t* from = tables + size_t{cta} * (bytes() / 4);
#pragma unroll 1
    for (uint32_t at = threadIdx.x * kPiece; at < bytes(); at += kThreads * kPiece) {
      copy_async<kPiece>(memory_ + at, from + at / 4);
    }
    commit_copies();
  }

  __device__ __forceinline__ SliceTask task(int warp) const {
    const auto words = memory_.load<4>(warp * 16);
    return {words.word[0], words.word[1], words.word[2]};
  }
  // The step at which a slice ends. The one behind the last has any.
  __device__ __forceinline__ uint32_t end(uint32_t slice) const { return word(slice * 2); }
  // Row `place` of the CTA, counted slice by slice.
  __device__ __forceinline__ SliceRow row(uint32_t place) const {
    if (place >= rows()) return {};
    return {word(slices_ * 2 + place), word(place / kRowsPerSlice * 2 + 1)};
  }

 private:
  static constexpr int kPiece = 16;  // bytes

  __device__ __forceinline__ uint32_t word(uint32_t index) const {
    return memory_.load<1>(kWarps * 16 + index * 4).word[0];
  }

  SharedAddress memory_;
  uint32_t slices_;
};

// The sums of a CTA in shared memory: of each warp those of the slice that it leaves unfinished, then those
// of each slice where it ended. All warps together then add up the parts of each row, and store neighbouring
// rows with one instruction.
template <int kWarps, int kRowsPerSlice, int kTokens>
class SliceSums {
 public:
  // `slice`: the number, in the CTA, of the one in which warp `warp` begins.
  __device__ __forceinline__ SliceSums(SharedAddress memory, uint32_t slice, int warp, int lane)
      : memory_(memory),
        open_(memory + warp * kBytes + lane / kLanesPerRow * 4),
        done_(memory + (kWarps + slice) * kBytes + lane / kLanesPerRow * 4),
        speaks_(lane % kLanesPerRow == 0) {}

  __device__ __forceinline__ void keep_done(const float (&sums)[kTokens]) {
    keep(done_, sums);
    done_ = done_ + kBytes;
  }
  __device__ __forceinline__ void keep_open(const float (&sums)[kTokens]) const { keep(open_, sums); }

  // Of row `place` of the CTA; `open`: see SliceRow. A barrier has to come before.
  __device__ __forceinline__ float total(uint32_t place, uint32_t open, int token) const {
    const uint32_t value = (token * kRowsPerSlice + place % kRowsPerSlice) * 4;
    const uint32_t first = open % 256 * kBytes + value;
    const uint32_t count = open / 256;
    float total = at((kWarps + place / kRowsPerSlice) * kBytes + value);
    uint32_t part = 0;
    do {
      // Loads that wait for nothing overlap.
      float parts[kTogether];
#pragma unroll
      for (uint32_t i = 0; i < kTogether; ++i) {
        parts[i] = part + i < count ? at(first + (part + i) * kBytes) : 0.0f;
      }
#pragma unroll
      for (uint32_t i = 0; i < kTogether; ++i) total += parts[i];
      part += kTogether;
    } while (part < count);
    return total;
  }

 private:
  static constexpr int kLanesPerRow = kWarpSize / kRowsPerSlice;
  static constexpr uint32_t kBytes = kRowsPerSlice * kTokens * 4;  // of a slice: token by token
  static constexpr uint32_t kTogether = 4;

  __device__ __forceinline__ void keep(SharedAddress place, const float (&sums)[kTokens]) const {
#pragma unroll
    for (int token = 0; token < kTokens; ++token) {
      if (speaks_) place.store(token * kRowsPerSlice * 4, Words<1>{bit_cast<uint32_t>(sums[token])});
    }
  }
  __device__ __forceinline__ float at(uint32_t offset) const {
    return bit_cast<float>(memory_.load<1>(offset).word[0]);
  }

  SharedAddress memory_;
  SharedAddress open_;
  SharedAddress done_;
  bool speaks_;
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
