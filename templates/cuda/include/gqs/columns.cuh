// What mma_columns is made of: 16 groups of one column on tensor cores, and the sums that they go to. See
// ColumnsLayout in the generator's layout.
#pragma once

#include "gqs/numeric.cuh"

namespace gqs {

constexpr int kTokensPerMma = 8;
constexpr int kLanesPerPart = 4;
constexpr uint32_t kNoRow = 0xffffffffu;

// sums[16 rows, 8 tokens] += a[16, 16] * b[16, 8]; mma.m16n8k16 of the PTX ISA. With g = lane / 4 and t =
// lane % 4, a lane holds of a: row g, columns 2t and 2t+1 ([0]) and 2t+8 and 2t+9 ([2]), and the same of row
// g + 8 ([1], [3]); of b: the same columns of token g; of the sums: tokens 2t and 2t+1 of row g ([0], [1])
// and of row g + 8 ([2], [3]).
__device__ __forceinline__ void multiply_tile(float (&sums)[4], const __half2 (&a)[4], const Words<2>& b) {
#if defined(__CUDACC__)
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9},"
      " {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(bit_cast<uint32_t>(a[0])), "r"(bit_cast<uint32_t>(a[1])), "r"(bit_cast<uint32_t>(a[2])),
        "r"(bit_cast<uint32_t>(a[3])), "r"(b.word[0]), "r"(b.word[1]));
#else
  const int lane = threadIdx.x % kWarpSize;
  for (int part = 0; part < 4; ++part) {
    for (int half = 0; half < 2; ++half) {
      float2 rows[2];
      for (int row = 0; row < 2; ++row) {
        const uint32_t own = bit_cast<uint32_t>(a[2 * half + row]);
        rows[row] = pair_to_float<__half>(__shfl_sync(kFullWarp, own, lane / 4 * 4 + part));
      }
      for (int token = 0; token < 2; ++token) {
        const int source = (lane % 4 * 2 + token) * 4 + part;
        const float2 x = pair_to_float<__half>(__shfl_sync(kFullWarp, b.word[half], source));
        for (int row = 0; row < 2; ++row) {
          sums[2 * row + token] += rows[row].x * x.x + rows[row].y * x.y;
        }
      }
    }
  }
#endif
}

// x of one column as the second operand: of token g = lane / 4 in each tile of 8, the elements whose weights
// the lane has. Behind the last token stands the last one again; nobody reads what becomes of it.
template <int kTiles, int kPieces>
struct XColumn {
  Words<2> pieces[kTiles][kPieces];  // of 4 elements, for one product each
};

// The columns of x, one after another. kAhead of them are in the warp's part of shared memory or on their
// way; each lane copies what it multiplies itself.
template <typename Type, int kTokens, int kPartElements, int kAhead>
class XColumns {
  static constexpr int kTiles = (kTokens + kTokensPerMma - 1) / kTokensPerMma;
  static constexpr int kElements = kPartElements / kLanesPerPart;  // of one lane
  static constexpr int kPieces = kElements / 4;
  static constexpr uint32_t kPieceBytes = 4 * sizeof(Type);
  static constexpr uint32_t kColumnBytes = kTiles * kPieces * kWarpSize * kPieceBytes;

 public:
  using Column = XColumn<kTiles, kPieces>;

  __device__ __forceinline__ XColumns(SharedAddress memory, const Type* x, uint32_t k, uint32_t first,
                                      int lane)
      : memory_(memory + lane * kPieceBytes), last_(k / kPartElements - 1), next_(first) {
#pragma unroll
    for (int tile = 0; tile < kTiles; ++tile) {
      const int token = min(tile * kTokensPerMma + lane / kLanesPerPart, kTokens - 1);
      lane_x_[tile] = x + size_t{token * k} + lane % kLanesPerPart * kElements;
    }
#pragma unroll
    for (int slot = 0; slot < kAhead; ++slot) request(slot * kColumnBytes);
    read();
  }

  __device__ __forceinline__ const Column& here() const { return here_; }

  __device__ __forceinline__ void advance() {
    request(slot_);
    slot_ = slot_ == (kAhead - 1) * kColumnBytes ? 0 : slot_ + kColumnBytes;
    read();
  }

 private:
  // Asks for the next column, or the last one again.
  __device__ __forceinline__ void request(uint32_t slot) {
#pragma unroll
    for (int tile = 0; tile < kTiles; ++tile) {
      const Type* from = lane_x_[tile] + next_ * kPartElements;
#pragma unroll
      for (int piece = 0; piece < kPieces; ++piece) {
        copy_async<kPieceBytes>(memory_ + slot + place(tile, piece), from + piece * 4);
      }
    }
    commit_copies();
    next_ = min(next_ + 1, last_);
  }

  __device__ __forceinline__ void read() {
    wait_for_copies<kAhead - 1>();
#pragma unroll
    for (int tile = 0; tile < kTiles; ++tile) {
#pragma unroll
      for (int piece = 0; piece < kPieces; ++piece) {
        here_.pieces[tile][piece] = halves(memory_, slot_ + place(tile, piece));
      }
    }
  }

  __device__ __forceinline__ static constexpr uint32_t place(int tile, int piece) {
    return (tile * kPieces + piece) * kWarpSize * kPieceBytes;
  }

  __device__ __forceinline__ static Words<2> halves(SharedAddress memory, uint32_t offset) {
    if constexpr (std::is_same_v<Type, int8_t>) {
      const uint32_t bytes = memory.template load<1>(offset).word[0];
      return {{pair(bytes), pair(bytes >> 16)}};
    } else {
      return memory.template load<2>(offset);
    }
  }

  // Two int8 as a pair of float16.
  __device__ __forceinline__ static uint32_t pair(uint32_t bytes) {
    const float low = static_cast<float>(static_cast<int8_t>(bytes & 0xffu));
    const float high = static_cast<float>(static_cast<int8_t>(bytes >> 8 & 0xffu));
    return bit_cast<uint32_t>(__halves2half2(__float2half_rn(low), __float2half_rn(high)));
  }

  SharedAddress memory_;
  const Type* lane_x_[kTiles];
  uint32_t last_;
  uint32_t next_;      // the column to ask for
  uint32_t slot_ = 0;  // of the column at hand, in bytes
  Column here_;
};

// What a warp adds up, in shared memory of its own: for each tile of 8 tokens, row by row, the tokens side by
// side.
template <int kTokens>
class WarpSums {
  static constexpr int kTiles = (kTokens + kTokensPerMma - 1) / kTokensPerMma;
  static constexpr int kTileTokens = kTokens < 2 ? 2 : (kTokens < kTokensPerMma ? kTokens : kTokensPerMma);

 public:
  static constexpr uint32_t kRowBytes = kTileTokens * 4;
  static constexpr uint32_t kTokenTiles = kTiles;

  // `rows`: all that there are sums of.
  __device__ __forceinline__ WarpSums(SharedAddress memory, uint32_t rows, int lane)
      : memory_(memory + lane % kLanesPerPart * 8),
        tile_bytes_(rows * kRowBytes),
        works_(kTileTokens == kTokensPerMma || lane % kLanesPerPart * 2 < kTileTokens) {}

  __device__ __forceinline__ static uint32_t bytes(uint32_t rows) { return kTiles * rows * kRowBytes; }

  // This lane's two tokens of a tile, of the row whose sums begin at `row_at`.
  __device__ __forceinline__ Words<2> load(uint32_t row_at, int tile) const {
    return works_ ? memory_.template load<2>(row_at + tile * tile_bytes_) : Words<2>{};
  }
  __device__ __forceinline__ void store(uint32_t row_at, int tile, const Words<2>& sums) const {
    if (works_) memory_.store(row_at + tile * tile_bytes_, sums);
  }

 private:
  SharedAddress memory_;
  uint32_t tile_bytes_;
  bool works_;
};

// What a warp has to do, as the matrix was packed.
struct ColumnsTask {
  uint32_t first;   // batch
  uint32_t end;     // behind the last batch
  uint32_t column;  // of the first batch

  __device__ __forceinline__ ColumnsTask(const uint32_t* tasks, uint32_t part) {
    const auto words = load_cached<4>(tasks + size_t{part} * 4);
    first = words.word[0];
    end = words.word[1];
    column = words.word[2];
  }
};

}  // namespace gqs
