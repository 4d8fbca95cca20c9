// What mma_tiles is made of: rows in tiles of 16 on tensor cores, four group columns at a time. See
// TilesLayout in the generator's layout.
//
// A row of a tile belongs to the four neighbouring lanes that hold it in a tensor core's operand. Each of
// them has a whole group of its own, of one of four neighbouring columns: what the operand calls a column of
// the matrix is one element of each of four groups. The sum over all of them does not depend on that order.
#pragma once

#include "gqs/mma.cuh"

namespace gqs {

constexpr int kColumnsPerStep = 4;

// Rounds of `round` steps of columns that each warp of a CTA goes through in every tile. Those of the last
// warps may lie behind the last column.
__device__ __forceinline__ uint32_t rounds_per_tile(uint32_t columns, uint32_t warps, uint32_t round) {
  const uint32_t steps = (columns + kColumnsPerStep - 1) / kColumnsPerStep;
  return (steps + warps * round - 1) / (warps * round);
}

// Sums of a tile's rows, as tensor cores leave them: of each 16 rows and 8 tokens four values per lane.
template <int kSubtiles, int kTokenTiles>
struct TileSums {
  static constexpr int kRowValues = kTokenTiles * kTokensPerMma;

  float of[kSubtiles][kTokenTiles][4];

  // Row by row, the tokens side by side.
  __device__ __forceinline__ void store(SharedAddress memory, int lane) const {
    const uint32_t place = lane / 4 * (kRowValues * 4) + lane % 4 * 8;
#pragma unroll
    for (int subtile = 0; subtile < kSubtiles; ++subtile) {
#pragma unroll
      for (int tile = 0; tile < kTokenTiles; ++tile) {
        const float(&own)[4] = of[subtile][tile];
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          const uint32_t row = subtile * 16 + half * 8;
          const Words<2> two{{bit_cast<uint32_t>(own[2 * half]), bit_cast<uint32_t>(own[2 * half + 1])}};
          memory.store(place + row * (kRowValues * 4) + tile * (kTokensPerMma * 4), two);
        }
      }
    }
  }
};

// x step by step. In each step of columns a lane multiplies one column, lane % 4 of the step, and one token
// of each 8, lane / 4. Behind the last token stands the last one again, behind the last column the last one;
// nobody reads the sums of the former, and the weights of the latter are 0.
template <typename Type, int kTokens, int kGroupSize>
class TileXSource {
 public:
  static constexpr int kTokenTiles = (kTokens + kTokensPerMma - 1) / kTokensPerMma;
  static constexpr int kPieces = kGroupSize / 8;  // of 8 elements
  static constexpr int kPieceWords = 2 * sizeof(Type);

  // For each 8 tokens 8 elements of the lane's column and token.
  struct Piece {
    Words<kPieceWords> of[kTokenTiles];

    __device__ __forceinline__ Words<4> halves(int tile) const {
      const Words<kPieceWords>& own = of[tile];
      if constexpr (std::is_same_v<Type, int8_t>) {
        const Words<2> first = int8_halves(own.word[0]);
        const Words<2> second = int8_halves(own.word[1]);
        return {{first.word[0], first.word[1], second.word[0], second.word[1]}};
      } else {
        return own;
      }
    }
  };

  // Of the columns from `first_column` on.
  __device__ __forceinline__ TileXSource(const Type* x, uint32_t k, uint32_t first_column, int lane)
      : k_(k),
        first_((first_column + lane % kColumnsPerStep) * kGroupSize),
        here_(first_),
        token_(opaque(x + size_t{min(lane / 4, kTokens - 1) * k})) {}

  __device__ __forceinline__ const Type* at(int tile, int piece) const {
    return token_ + (min(here_, k_ - kGroupSize) + tile * kTokensPerMma * k_) + piece * 8;
  }

  __device__ __forceinline__ Piece load(int piece) const {
    Piece loaded;
#pragma unroll
    for (int tile = 0; tile < kTokenTiles; ++tile) {
      loaded.of[tile] = load_coherent<kPieceWords>(at(tile, piece));
    }
    return loaded;
  }

  __device__ __forceinline__ void advance() { here_ += kColumnsPerStep * kGroupSize; }
  __device__ __forceinline__ void restart() { here_ = first_; }

 private:
  uint32_t k_;
  uint32_t first_;
  uint32_t here_;      // elements
  const Type* token_;  // of the first 8 tokens
};

// x in global memory, and so in L1.
template <typename Type, int kTokens, int kGroupSize, int>
class GlobalTileX {
  using Source = TileXSource<Type, kTokens, kGroupSize>;

 public:
  static constexpr uint32_t kStepBytes = 0;  // of shared memory

  __device__ __forceinline__ GlobalTileX(SharedAddress, const Type* x, uint32_t k, uint32_t first_column,
                                         uint32_t, int lane)
      : source_(x, k, first_column, lane) {}

  template <int kPlace>
  __device__ __forceinline__ void await(Index<kPlace>) const {}

  // One piece after another, of one step after another.
  __device__ __forceinline__ typename Source::Piece take(int piece) {
    const typename Source::Piece taken = source_.load(piece);
    if (piece == Source::kPieces - 1) source_.advance();
    return taken;
  }

  // Back to the first step.
  __device__ __forceinline__ void restart() { source_.restart(); }

 private:
  Source source_;
};

// x in shared memory, as halves: for each warp the columns that it multiplies, step by step and piece by
// piece, the four columns of one token after another.
template <typename Type, int kTokens, int kGroupSize, int kRound>
class StagedTileX {
  using Source = TileXSource<Type, kTokens, kGroupSize>;
  static constexpr int kTokenTiles = Source::kTokenTiles;
  static constexpr int kPieces = Source::kPieces;
  static constexpr int kCopyingLanes = (kTokens < kTokensPerMma ? kTokens : kTokensPerMma) * kColumnsPerStep;
  static constexpr uint32_t kPieceBytes = kCopyingLanes * 16;
  static constexpr bool kConverts = std::is_same_v<Type, int8_t>;

  struct Piece {
    Words<4> of[kTokenTiles];

    __device__ __forceinline__ Words<4> halves(int tile) const { return of[tile]; }
  };

 public:
  static constexpr uint32_t kStepBytes = kTokenTiles * kPieces * kPieceBytes;

  // Of `steps` steps, in rounds of kRound. What follows the last token is read as the last one.
  __device__ __forceinline__ StagedTileX(SharedAddress memory, const Type* x, uint32_t k,
                                         uint32_t first_column, uint32_t steps, int lane)
      : first_(memory + min(lane, kCopyingLanes - kColumnsPerStep + lane % kColumnsPerStep) * 16),
        here_(first_) {
    Source source(x, k, first_column, lane);
    if constexpr (kConverts) {
      if (lane < kCopyingLanes) convert(source, steps);
      __syncwarp();
    } else {
      copy(source, steps, lane < kCopyingLanes);
    }
    restart();
  }

  // Before the step of this place in a round: steps of the first round wait for themselves alone, the last
  // one for all that is behind it too.
  template <int kPlace>
  __device__ __forceinline__ void await(Index<kPlace>) const {
    if constexpr (!kConverts) {
      wait_for_copies<kRound - 1 - kPlace>();
      __syncwarp();
    }
  }

  // One piece after another, of one step after another.
  __device__ __forceinline__ Piece take(int piece) {
    Piece taken;
#pragma unroll
    for (int tile = 0; tile < kTokenTiles; ++tile)
      taken.of[tile] = here_.template load<4>(place(tile, piece));
    if (piece == kPieces - 1) advance();
    return taken;
  }

  // Back to the first step.
  __device__ __forceinline__ void restart() { here_ = first_; }

 private:
  template <typename Visit>
  __device__ __forceinline__ static void visit(Visit&& visit) {
#pragma unroll
    for (int tile = 0; tile < kTokenTiles; ++tile) {
#pragma unroll
      for (int piece = 0; piece < kPieces; ++piece) visit(tile, piece);
    }
  }

  __device__ __forceinline__ static constexpr uint32_t place(int tile, int piece) {
    return (tile * kPieces + piece) * kPieceBytes;
  }

  __device__ __forceinline__ void advance() { here_ = here_ + kStepBytes; }

  // All of it is under way at once.
  __device__ __forceinline__ void copy(Source& source, uint32_t steps, bool copies) {
    for (uint32_t step = 0; step < steps; ++step) {
      if (copies) {
        visit(
            [&](int tile, int piece) { copy_async<16>(here_ + place(tile, piece), source.at(tile, piece)); });
      }
      if (step < kRound - 1 || step == steps - 1) commit_copies();
      source.advance();
      advance();
    }
  }

  __device__ __forceinline__ void convert(Source& source, uint32_t steps) {
    constexpr int kAtATime = kPieces < 8 ? 8 / kPieces : 1;  // each costs the latency of L2
    for (uint32_t step = 0; step < steps; step += kAtATime) {
      typename Source::Piece pieces[kAtATime][kPieces];
#pragma unroll
      for (int i = 0; i < kAtATime; ++i) {
#pragma unroll
        for (int piece = 0; piece < kPieces; ++piece) pieces[i][piece] = source.load(piece);
        source.advance();
      }
#pragma unroll
      for (int i = 0; i < kAtATime; ++i) {
        if (step + i >= steps) break;
        visit([&](int tile, int piece) { here_.store(place(tile, piece), pieces[i][piece].halves(tile)); });
        advance();
      }
    }
  }

  SharedAddress first_;
  SharedAddress here_;  // of the step at hand
};

}  // namespace gqs
