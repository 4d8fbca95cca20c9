// What mma_columns is made of: 16 groups of one column on tensor cores, and the sums that they go to. See
// ColumnsLayout in the generator's layout.
#pragma once

#include "gqs/mma.cuh"

namespace gqs {

constexpr int kLanesPerPart = 4;
constexpr int kPartsPerBatch = 16;
// Of a part's meta word: the columns move on with its batch; it is of an odd column (of two in a batch).
constexpr uint32_t kBeginsColumn = 0x8000u;
constexpr uint32_t kOddColumn = 0x4000u;

// x of one column as the second operand: of token g = lane / 4 in each tile of 8, the elements whose weights
// the lane has. Behind the last token stands the last one again; nobody reads what becomes of it. Where
// batches have two columns, the first four of a tile are tokens of the even one, the others those of the odd
// one.
template <int kTiles, int kPieces>
struct XColumn {
  Words<2> pieces[kTiles][kPieces];  // of 4 elements, for one product each
};

// The columns of x, one after another. kAhead of them are in the warp's part of shared memory or on their
// way; each lane copies what it multiplies itself, which is every column or every other one.
template <typename Type, int kTokens, int kPartElements, int kAhead, int kColumnsPerBatch>
class XColumns {
  static constexpr int kTokensPerColumn = kTokensPerMma / kColumnsPerBatch;
  static constexpr int kTiles = (kTokens + kTokensPerMma - 1) / kTokensPerMma;
  static constexpr int kElements = kPartElements / kLanesPerPart;  // of one lane
  static constexpr int kPieces = kElements / 4;
  static constexpr uint32_t kPieceBytes = 4 * sizeof(Type);
  static constexpr uint32_t kColumnBytes = kTiles * kPieces * kWarpSize * kPieceBytes;

 public:
  using Column = XColumn<kTiles, kPieces>;

  __device__ __forceinline__ XColumns(SharedAddress memory, const Type* x, uint32_t k, uint32_t first,
                                      int lane)
      : memory_(memory + lane * kPieceBytes), last_(k / kPartElements - 1) {
    const uint32_t slot_of_tile = lane / kLanesPerPart;
    const uint32_t behind = (first ^ slot_of_tile / kTokensPerColumn) % kColumnsPerBatch;
    next_ = min(first + behind, last_);
    is_next_ = behind == 0;
#pragma unroll
    for (int tile = 0; tile < kTiles; ++tile) {
      const int token =
          min(tile * kTokensPerMma + static_cast<int>(slot_of_tile % kTokensPerColumn), kTokens - 1);
      lane_x_[tile] = opaque(x + size_t{token * k} + lane % kLanesPerPart * kElements);
    }
#pragma unroll
    for (int slot = 0; slot < kAhead; ++slot) request(slot * kColumnBytes);
    read();
  }

  __device__ __forceinline__ const Column& here() const { return here_; }

  // The first of the columns at hand gives way to the one behind the last.
  __device__ __forceinline__ void advance() {
    if constexpr (kColumnsPerBatch > 1) {
      const bool stays = !is_next_;
      is_next_ = stays;
      if (stays) return;
    }
    request(slot_);
    slot_ = slot_ == (kAhead - 1) * kColumnBytes ? 0 : slot_ + kColumnBytes;
    read();
  }

 private:
  // Asks for the lane's next column, or the last one of all.
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
    next_ = min(next_ + kColumnsPerBatch, last_);
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
      return int8_halves(memory.template load<1>(offset).word[0]);
    } else {
      return memory.template load<2>(offset);
    }
  }

  SharedAddress memory_;
  const Type* lane_x_[kTiles];
  uint32_t last_;
  uint32_t next_;      // the column to ask for
  uint32_t slot_ = 0;  // of the column at hand, in bytes
  bool is_next_;       // to give way
  Column here_;
};

// What a warp adds up, in shared memory of its own, row by row: for each of the lanes with tokens of one
// column its two tokens of each tile of 8, side by side.
template <int kTokens, int kColumnsPerBatch>
class WarpSums {
  static constexpr int kTiles = (kTokens + kTokensPerMma - 1) / kTokensPerMma;
  static constexpr int kLanesPerColumn = kLanesPerPart / kColumnsPerBatch;
  static constexpr int kLanes =
      kTokens >= kTokensPerMma ? kLanesPerColumn : (kTokens + 1) / 2;  // with tokens

 public:
  static constexpr int kWords = 2 * kTiles;  // of a lane
  static constexpr int kRowWords = kLanes * kWords;
  static constexpr uint32_t kRowBytes = kRowWords * 4;

  __device__ __forceinline__ WarpSums(SharedAddress memory, int lane)
      : memory_(memory + lane % kLanesPerColumn * (kWords * 4)),
        has_tokens_(lane % kLanesPerColumn < kLanes),
        column_(lane % kLanesPerPart < kLanesPerColumn ? 0 : kOddColumn) {}

  // Whether the lane adds to the sums of a part with this meta word: it has tokens of its column.
  __device__ __forceinline__ bool adds(uint32_t meta) const {
    return has_tokens_ && (kColumnsPerBatch == 1 || ((meta ^ column_) & kOddColumn) == 0);
  }

  // Of the row whose sums begin at `row_at`: worked out once, for the load and the store.
  __device__ __forceinline__ SharedAddress place(uint32_t row_at) const { return opaque(memory_ + row_at); }

  // The token of a word of a row.
  __device__ __forceinline__ static int token(int word) {
    return word % kWords / 2 * kTokensPerMma + word / kWords * 2 + word % 2;
  }

 private:
  SharedAddress memory_;
  bool has_tokens_;  // the lane
  uint32_t column_;  // the lane's, as kOddColumn
};

// The batches of a warp: where they may lie is known at once (share_of), how many there are from a table.
struct ColumnsTask {
  uint32_t batches;
  uint32_t column;  // of the first batch

  __device__ __forceinline__ ColumnsTask(const uint32_t* tasks, uint32_t part) {
    const auto words = load_cached<2>(tasks + size_t{part} * 2);
    batches = words.word[0];
    column = words.word[1];
  }
};

}  // namespace gqs
