// Putting together rows that several warps or CTAs share. Each warp of a team works on a contiguous share of
// the team's units, so that a row may begin in one warp, pass through others and end in a later one.
//
// Per warp: `head`, the sum over its units of a row that began before its share, and `tail`, that of a row
// that goes on after it. A row that passes right through is a head and marked so; a warp without units counts
// as passed through.
#pragma once

#include "gqs/device.cuh"

namespace gqs {

enum class Leftover : uint32_t { kNone, kTail, kThrough };

template <int kWarps, int kTokens>
struct TeamSums {
  float head[kWarps][kTokens];
  float tail[kWarps][kTokens];
  Leftover leftover[kWarps];

  struct Total {
    float value;
    // The row began before the first warp of the team.
    bool began_earlier;
  };

  // The row with the given sum in warp `warp`, plus what earlier warps of the team, back to `first_warp`,
  // hold of it.
  __device__ __forceinline__ Total collect(float value, int warp, int first_warp, int token) const {
    // What is not needed is read too: loads that wait for nothing overlap.
    bool goes_on = true;
#pragma unroll 4
    for (int earlier = warp - 1; earlier >= first_warp; --earlier) {
      const bool begins = leftover[earlier] == Leftover::kTail;
      const float through = head[earlier][token];
      const float begun = tail[earlier][token];
      if (goes_on) value += begins ? begun : through;
      goes_on = goes_on && !begins;
    }
    return {value, goes_on};
  }
};

// Rows that span CTAs. Workspace, zero before and after each launch: per CTA an arrival counter, and per CTA
// and token two partial sums, [0] of a row that began in an earlier CTA and [1] of one that goes on in later
// CTAs.
template <int kTokens>
struct GridSums {
  uint32_t* arrivals;
  float* partials;

  __device__ __forceinline__ GridSums(void* workspace, uint32_t ctas)
      : arrivals(static_cast<uint32_t*>(workspace)), partials(reinterpret_cast<float*>(arrivals + ctas)) {}

  __device__ __forceinline__ float* partial(uint32_t cta, int which) const {
    return partials + (size_t{cta} * 2 + which) * kTokens;
  }

  // Called by one whole warp of CTA `cta` with its sum (lane t < kTokens: of token t) of a row that spans the
  // CTAs first_cta to last_cta. True in the warp that arrived last, whose `value` then is the row's total,
  // added up in the order of the CTAs whoever comes last.
  __device__ __forceinline__ bool arrive_in_order(float& value, uint32_t cta, uint32_t first_cta,
                                                  uint32_t last_cta, int lane) const {
    if (lane < kTokens) partial(cta, cta == first_cta ? 1 : 0)[lane] = value;
    if (!arrived_last(first_cta, last_cta, lane)) return false;
    if (lane < kTokens) {
      value = take(partial(first_cta, 1) + lane);
      for (uint32_t next = first_cta + 1; next <= last_cta; ++next) value += take(partial(next, 0) + lane);
    }
    return true;
  }

  // The same with one accumulator per row: fewer loads for the last, but the order of additions is that of
  // arrival.
  __device__ __forceinline__ bool arrive_atomically(float& value, uint32_t first_cta, uint32_t last_cta,
                                                    int lane) const {
    if (lane < kTokens) atomicAdd(partial(first_cta, 1) + lane, value);
    if (!arrived_last(first_cta, last_cta, lane)) return false;
    if (lane < kTokens) value = take(partial(first_cta, 1) + lane);
    return true;
  }

 private:
  // Reads what another CTA wrote, past L1, and leaves zero.
  __device__ __forceinline__ static float take(float* address) { return atomicExch(address, 0.0f); }

  __device__ __forceinline__ bool arrived_last(uint32_t first_cta, uint32_t last_cta, int lane) const {
    __threadfence();
    __syncwarp();
    uint32_t before = 0;
    if (lane == 0) {
      before = atomicAdd(arrivals + first_cta, 1u);
      if (before == last_cta - first_cta) arrivals[first_cta] = 0;
    }
    before = __shfl_sync(kFullWarp, before, 0);
    __threadfence();
    return before == last_cta - first_cta;
  }
};

}  // namespace gqs
