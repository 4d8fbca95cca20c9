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
  // Integer dot products need the sum of the slot's x for the zero points; so many tokens' are read at once.
  static constexpr bool kHasSums = std::is_same_v<Type, int8_t>;
  static constexpr int kSumTokens = kTokens < 3 && kTokens < kChunkWords ? kTokens : kChunkWords;

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

// x in shared memory, so that the slot alone selects the banks. One token: a plane for each chunk of a slot.
// Several tokens: blocks of as many slots as fill a row of banks, which have such a row for each token and
// chunk, so that a slot has one address and all else is a constant behind it. The sums of the slots'
// elements, for the zero points, lie behind the planes, or in rows of each block, those of as many tokens
// side by side as take the bytes of a chunk.
template <typename Shape>
class SharedX {
 public:
  template <int kThreads>
  class Filler;

  // What it takes of shared memory, in bytes: a multiple of 16.
  __device__ __forceinline__ static uint32_t shared_bytes(uint32_t k) {
    const uint32_t slots = k / Shape::kPart;
    if constexpr (kBlocks) return (slots + kBlockSlots - 1) / kBlockSlots * kBlockBytes;
    const uint32_t sums = Shape::kHasSums ? slots * 4 : 0;
    return (k * static_cast<uint32_t>(sizeof(typename Shape::Element)) + sums + 15) & ~15u;
  }

  __device__ __forceinline__ SharedX(SharedAddress memory, uint32_t k)
      : slots_(k / Shape::kPart), sums_(memory + (kBlocks ? kSumsAt : k * sizeof(typename Shape::Element))) {
    unroll<kPlanes>([&](auto plane) {
      const SharedAddress place = memory + plane * (slots_ * kChunkBytes);
      planes_[plane] = plane == 0 ? place : opaque(place);
    });
  }

  __device__ __forceinline__ typename Shape::Chunk chunk(int token, int chunk, uint32_t slot) const {
    return plane(chunk).template load<Shape::kChunkWords>(place(slot) + row(token, chunk));
  }
  // Of kSumTokens tokens from `token` on, a multiple of that.
  __device__ __forceinline__ Words<Shape::kSumTokens> sums(int token, uint32_t slot) const {
    return sums_.template load<Shape::kSumTokens>(sum_place(token, slot));
  }

 private:
  static constexpr bool kBlocks = Shape::kTokens > 1;
  static constexpr int kPlanes = kBlocks ? 1 : Shape::kChunksPerPart;
  static constexpr uint32_t kChunkBytes = Shape::kChunkWords * 4;
  static constexpr uint32_t kRowBytes = 128;  // once round all banks
  static constexpr uint32_t kBlockSlots = kRowBytes / kChunkBytes;
  static constexpr uint32_t kSumsAt = Shape::kTokens * Shape::kChunksPerPart * kRowBytes;
  static constexpr int kSumRows = (Shape::kTokens + Shape::kChunkWords - 1) / Shape::kChunkWords;
  static constexpr uint32_t kBlockBytes = kSumsAt + (Shape::kHasSums ? kSumRows * kRowBytes : 0);

  // Where a slot's chunk lies in its plane, or in the first row of its block.
  __device__ __forceinline__ static uint32_t place(uint32_t slot) {
    if constexpr (!kBlocks) return slot * kChunkBytes;
    return slot * kChunkBytes + slot / kBlockSlots * (kBlockBytes - kRowBytes);
  }

  // Of the sum of a token.
  __device__ __forceinline__ static uint32_t sum_place(int token, uint32_t slot) {
    if constexpr (!kBlocks) return slot * 4;
    return place(slot) + token / Shape::kChunkWords * kRowBytes + token % Shape::kChunkWords * 4;
  }

  __device__ __forceinline__ const SharedAddress& plane(int chunk) const {
    return planes_[kBlocks ? 0 : chunk];
  }

  // Of a block, in bytes.
  __device__ __forceinline__ static constexpr uint32_t row(int token, int chunk) {
    return kBlocks ? (token * Shape::kChunksPerPart + chunk) * kRowBytes : 0;
  }

  __device__ __forceinline__ void store(int token, uint32_t slot,
                                        const typename Shape::Chunk (&chunks)[Shape::kChunksPerPart]) const {
    uint32_t sum = 0;
#pragma unroll
    for (int chunk = 0; chunk < Shape::kChunksPerPart; ++chunk) {
      if constexpr (Shape::kHasSums) sum += Shape::sum(chunks[chunk]);
      plane(chunk).store(place(slot) + row(token, chunk), chunks[chunk]);
    }
    if constexpr (Shape::kHasSums) sums_.store(sum_place(token, slot), Words<1>{sum});
  }

  uint32_t slots_;
  SharedAddress planes_[kPlanes];
  SharedAddress sums_;
};

// What one of kThreads threads does to bring x[kTokens, k] into place: every kThreads-th slot of all tokens.
// Made before x may be read: by then nothing is left to be worked out.
template <typename Shape>
template <int kThreads>
class SharedX<Shape>::Filler {
 public:
  __device__ __forceinline__ Filler(const SharedX& place, const typename Shape::Element* x, uint32_t thread)
      : place_(place), from_(settled(x + Shape::element(thread, 0))), slot_(thread) {}

  // A barrier has to follow. `meanwhile()` is called while x is on its way.
  template <typename Meanwhile>
  __device__ __forceinline__ void run(Meanwhile&& meanwhile) {
    load(0);
    meanwhile();
    store(0);
    rest_of_tokens();
#pragma unroll 1
    while (slot_ + kSlots * kThreads < place_.slots_) {
      slot_ += kSlots * kThreads;
      from_ += kSlots * kElementsBetween;
      load(0);
      store(0);
      rest_of_tokens();
    }
  }

 private:
  // What is under way together: each round costs the latency of L2.
  static constexpr int kPieces = Shape::kChunksPerPart < 4 ? 4 / Shape::kChunksPerPart : 1;
  static constexpr int kTokensAtATime = Shape::kTokens < 2 * kPieces ? Shape::kTokens : 2 * kPieces;
  static constexpr int kSlots = kTokensAtATime < kPieces ? kPieces / kTokensAtATime : 1;
  static constexpr int kElementsBetween = kThreads * Shape::kPart;

  __device__ __forceinline__ void rest_of_tokens() {
#pragma unroll
    for (int token = kTokensAtATime; token < Shape::kTokens; token += kTokensAtATime) {
      load(token);
      store(token);
    }
  }

  // Calls visit(i, token, slot) for slots and tokens from `first` on.
  template <typename Visit>
  __device__ __forceinline__ void each(int first, Visit&& visit) const {
#pragma unroll
    for (int i = 0; i < kSlots; ++i) {
      if (slot_ + i * kThreads >= place_.slots_) continue;
#pragma unroll
      for (int token = 0; token < kTokensAtATime; ++token) {
        if (first + token < Shape::kTokens) visit(i, token, slot_ + i * kThreads);
      }
    }
  }

  __device__ __forceinline__ void load(int first) {
    const uint32_t k = place_.slots_ * Shape::kPart;
    each(first, [&](int i, int token, uint32_t) {
#pragma unroll
      for (int chunk = 0; chunk < Shape::kChunksPerPart; ++chunk) {
        const int offset = i * kElementsBetween + chunk * Shape::kLanesPerGroup * Shape::kChunkElements;
        chunks_[i][token][chunk] =
            load_coherent<Shape::kChunkWords>(from_ + size_t{(first + token) * k} + offset);
      }
    });
  }

  __device__ __forceinline__ void store(int first) const {
    each(first,
         [&](int i, int token, uint32_t slot) { place_.store(first + token, slot, chunks_[i][token]); });
  }

  const SharedX& place_;
  const typename Shape::Element* from_;
  uint32_t slot_;
  typename Shape::Chunk chunks_[kSlots][kTokensAtATime][Shape::kChunksPerPart];
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
  __device__ __forceinline__ Words<Shape::kSumTokens> sums(int token, uint32_t slot) const {
    Words<Shape::kSumTokens> totals = {};
#pragma unroll
    for (int i = 0; i < Shape::kSumTokens; ++i) {
      if (token + i >= Shape::kTokens) continue;
#pragma unroll
      for (int c = 0; c < Shape::kChunksPerPart; ++c) totals.word[i] += Shape::sum(chunk(token + i, c, slot));
    }
    return totals;
  }

 private:
  const typename Shape::Element* x_;
  uint32_t k_;
};

}  // namespace gqs
