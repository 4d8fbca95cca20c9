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

// x in shared memory: one plane for each chunk of a slot, with one token after another, so that the slot
// alone selects the banks, and behind the planes the sum of each slot's elements, for the zero points.
template <typename Shape>
class SharedX {
 public:
  template <int kThreads>
  class Filler;

  // What it takes of shared memory, in bytes: a multiple of 16.
  __device__ __forceinline__ static uint32_t shared_bytes(uint32_t k) {
    const uint32_t sums = Shape::kHasSums ? k / Shape::kPart * 4 : 0;
    return (Shape::kTokens * (k * static_cast<uint32_t>(sizeof(typename Shape::Element)) + sums) + 15) & ~15u;
  }

  __device__ __forceinline__ SharedX(SharedAddress memory, uint32_t k)
      : slots_(k / Shape::kPart),
        token_bytes_(opaque(slots_ * kChunkBytes)),
        sums_(memory + Shape::kTokens * k * static_cast<uint32_t>(sizeof(typename Shape::Element))) {
    const uint32_t plane_bytes = Shape::kTokens * token_bytes_;
    unroll<Shape::kChunksPerPart>([&](auto chunk) {
      const SharedAddress plane = memory + chunk * plane_bytes;
      // With several tokens there are no registers to spare for it.
      planes_[chunk] = chunk == 0 || Shape::kTokens > 1 ? plane : opaque(plane);
    });
  }

  __device__ __forceinline__ typename Shape::Chunk chunk(int token, int chunk, uint32_t slot) const {
    return planes_[chunk].template load<Shape::kChunkWords>(slot * kChunkBytes + token * token_bytes_);
  }
  __device__ __forceinline__ int sum(int token, uint32_t slot) const {
    return static_cast<int>(sums_.template load<1>((token * slots_ + slot) * 4).word[0]);
  }

 private:
  static constexpr uint32_t kChunkBytes = Shape::kChunkWords * 4;

  uint32_t slots_;
  uint32_t token_bytes_;  // of one chunk of all slots of a token
  SharedAddress planes_[Shape::kChunksPerPart];
  SharedAddress sums_;
};

// What one of kThreads threads does to bring x[kTokens, k] into place. Made before x may be read: by then
// nothing is left to be worked out. The slots of the tokens are numbered one token after another.
template <typename Shape>
template <int kThreads>
class SharedX<Shape>::Filler {
 public:
  __device__ __forceinline__ Filler(const SharedX& place, const typename Shape::Element* x, uint32_t thread)
      : place_(place),
        from_(settled(x + Shape::element(thread, 0))),
        slot_(thread),
        slots_(Shape::kTokens * place.slots_) {}

  // A barrier has to follow. `meanwhile()` is called while x is on its way.
  template <typename Meanwhile>
  __device__ __forceinline__ void run(Meanwhile&& meanwhile) {
    load();
    meanwhile();
    store();
#pragma unroll 1
    while (slot_ + kPerRound * kThreads < slots_) {
      slot_ += kPerRound * kThreads;
      from_ += kPerRound * kElementsBetween;
      load();
      store();
    }
  }

 private:
  // Slots that are under way together: each round costs the latency of L2.
  static constexpr int kPerRound = Shape::kChunksPerPart < 4 ? 4 / Shape::kChunksPerPart : 1;
  static constexpr int kElementsBetween = kThreads * Shape::kPart;

  __device__ __forceinline__ void load() {
#pragma unroll
    for (int i = 0; i < kPerRound; ++i) {
      if (slot_ + i * kThreads >= slots_) continue;
#pragma unroll
      for (int chunk = 0; chunk < Shape::kChunksPerPart; ++chunk) {
        const int offset = i * kElementsBetween + chunk * Shape::kLanesPerGroup * Shape::kChunkElements;
        chunks_[i][chunk] = load_coherent<Shape::kChunkWords>(from_ + offset);
      }
    }
  }

  __device__ __forceinline__ void store() const {
#pragma unroll
    for (int i = 0; i < kPerRound; ++i) {
      const uint32_t slot = slot_ + i * kThreads;
      if (slot >= slots_) continue;
      uint32_t sum = 0;
#pragma unroll
      for (int chunk = 0; chunk < Shape::kChunksPerPart; ++chunk) {
        if constexpr (Shape::kHasSums) sum += Shape::sum(chunks_[i][chunk]);
        place_.planes_[chunk].store(slot * kChunkBytes, chunks_[i][chunk]);
      }
      if constexpr (Shape::kHasSums) place_.sums_.store(slot * 4, Words<1>{sum});
    }
  }

  const SharedX& place_;
  const typename Shape::Element* from_;
  uint32_t slot_;
  uint32_t slots_;
  typename Shape::Chunk chunks_[kPerRound][Shape::kChunksPerPart];
};

// x read from global memory through L1: for problems whose x does not fit into shared memory.
template <typename Shape>
class GlobalX {
 public:
  __device__ __forceinline__ static uint32_t shared_bytes(uint32_t) { return 0; }

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
