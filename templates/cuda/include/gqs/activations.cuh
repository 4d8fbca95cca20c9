// The activations x as a kernel's inner loop reads them. A **slot** is the part of one group of columns that
// one lane multiplies: a whole group, or 1/kLanesPerGroup of it, in chunks of kChunkElements.
#pragma once

#include "gqs/numeric.cuh"

namespace gqs {

template <typename Type, int kTokenCount, int kGroupElements, int kPartElements, int kChunk>
struct XShape {
  static constexpr int kTokens = kTokenCount;
  static constexpr int kGroup = kGroupElements;
  static constexpr int kPart = kPartElements;
  static constexpr int kChunkElements = kChunk;
  static constexpr int kLanesPerGroup = kGroupElements / kPartElements;
  static constexpr int kChunksPerPart = kPartElements / kChunk;
  static constexpr int kChunkWords = kChunk * static_cast<int>(sizeof(Type)) / 4;
  using Element = Type;
  using Chunk = Words<kChunkWords>;
  // Integer dot products need the sum of the slot's x for the zero points.
  static constexpr bool kHasSums = std::is_same_v<Type, int8_t>;

  // The first element of chunk `chunk` of a slot, within a token.
  __device__ __forceinline__ static uint32_t element(uint32_t slot, int chunk) {
    const uint32_t column = slot / kLanesPerGroup;
    const uint32_t part = slot % kLanesPerGroup;
    return column * kGroup + (chunk * kLanesPerGroup + part) * kChunkElements;
  }

  // Sum of the int8 elements of a chunk.
  __device__ __forceinline__ static int sum(const Chunk& chunk) {
    int total = 0;
#pragma unroll
    for (int word = 0; word < kChunkWords; ++word) {
      total = dot4_unsigned_signed(0x01010101u, chunk.word[word], total);
    }
    return total;
  }
};

// x in shared memory: one plane for each chunk of a slot, so that the slot alone selects the banks, and
// behind the planes of all tokens the sum of each slot's elements, for the zero points.
template <typename Shape>
class SharedX {
 public:
  __device__ __forceinline__ SharedX(SharedAddress memory, uint32_t k)
      : memory_(memory),
        slots_(k / Shape::kPart),
        plane_bytes_(opaque(slots_ * kChunkBytes)),
        sums_(opaque(Shape::kTokens * k * static_cast<uint32_t>(sizeof(typename Shape::Element)))) {}

  // All threads of the CTA copy x[kTokens, k]; a barrier has to follow.
  __device__ __forceinline__ void fill(const typename Shape::Element* x, uint32_t k, int thread,
                                       int threads) const {
#pragma unroll
    for (int token = 0; token < Shape::kTokens; ++token) {
      const typename Shape::Element* x_token = x + size_t{token * k};
      // Several slots are on their way at a time: each round costs the latency of L2.
      for (uint32_t first = thread; first < slots_; first += kSlotsPerRound * threads) {
        Slot slots[kSlotsPerRound];
#pragma unroll
        for (int i = 0; i < kSlotsPerRound; ++i) {
          const uint32_t slot = first + i * threads;
          if (slot < slots_) slots[i] = load_slot(x_token, slot);
        }
#pragma unroll
        for (int i = 0; i < kSlotsPerRound; ++i) {
          const uint32_t slot = first + i * threads;
          if (slot < slots_) store_slot(token, slot, slots[i]);
        }
      }
    }
  }

  __device__ __forceinline__ typename Shape::Chunk chunk(int token, int chunk, uint32_t slot) const {
    return memory_.template load<Shape::kChunkWords>(chunk_offset(token, chunk, slot));
  }
  __device__ __forceinline__ int sum(int token, uint32_t slot) const {
    return static_cast<int>(memory_.template load<1>(sum_offset(token, slot)).word[0]);
  }

 private:
  static constexpr uint32_t kChunkBytes = Shape::kChunkWords * 4;
  static constexpr int kSlotsPerRound = Shape::kChunksPerPart < 4 ? 4 / Shape::kChunksPerPart : 1;

  struct Slot {
    typename Shape::Chunk chunks[Shape::kChunksPerPart];
  };

  __device__ __forceinline__ static Slot load_slot(const typename Shape::Element* x, uint32_t slot) {
    Slot loaded;
#pragma unroll
    for (int chunk = 0; chunk < Shape::kChunksPerPart; ++chunk) {
      loaded.chunks[chunk] = load_coherent<Shape::kChunkWords>(x + Shape::element(slot, chunk));
    }
    return loaded;
  }

  __device__ __forceinline__ void store_slot(int token, uint32_t slot, const Slot& loaded) const {
    uint32_t sum = 0;
#pragma unroll
    for (int chunk = 0; chunk < Shape::kChunksPerPart; ++chunk) {
      if constexpr (Shape::kHasSums) sum += Shape::sum(loaded.chunks[chunk]);
      memory_.store(chunk_offset(token, chunk, slot), loaded.chunks[chunk]);
    }
    if constexpr (Shape::kHasSums) memory_.store(sum_offset(token, slot), Words<1>{sum});
  }

  __device__ __forceinline__ uint32_t chunk_offset(int token, int chunk, uint32_t slot) const {
    return slot * kChunkBytes + (token * Shape::kChunksPerPart + chunk) * plane_bytes_;
  }
  __device__ __forceinline__ uint32_t sum_offset(int token, uint32_t slot) const {
    return slot * 4 + (sums_ + token * slots_ * 4);
  }

  SharedAddress memory_;
  uint32_t slots_;
  uint32_t plane_bytes_;
  uint32_t sums_;  // where the sums begin
};

// x read from global memory through L1: for problems whose x does not fit into shared memory.
template <typename Shape>
class GlobalX {
 public:
  __device__ __forceinline__ GlobalX(const typename Shape::Element* x, uint32_t k) : x_(x), k_(k) {}

  __device__ __forceinline__ typename Shape::Chunk chunk(int token, int chunk, uint32_t slot) const {
    return load_coherent<Shape::kChunkWords>(x_ + size_t{token * k_} + Shape::element(slot, chunk));
  }
  __device__ __forceinline__ int sum(int token, uint32_t slot) const {
    int total = 0;
#pragma unroll
    for (int c = 0; c < Shape::kChunksPerPart; ++c) total += Shape::sum(chunk(token, c, slot));
    return total;
  }

 private:
  const typename Shape::Element* x_;
  uint32_t k_;
};

}  // namespace gqs
