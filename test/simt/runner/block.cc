#include "block.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "fault.h"

namespace simt {
namespace {

constexpr unsigned kWarp = 32;
// Reads as NaN, and as numbers and indices that lead nowhere.
constexpr int kNoValue = 0xff;

const char* name_of(WarpOperation operation) {
  switch (operation) {
    case WarpOperation::kSync:
      return "__syncwarp";
    case WarpOperation::kShuffle:
      return "a shuffle";
    case WarpOperation::kBallot:
      return "__ballot_sync";
    case WarpOperation::kAny:
      return "__any_sync";
    case WarpOperation::kAll:
      return "__all_sync";
    case WarpOperation::kAdd:
      return "__reduce_add_sync";
  }
  return "an unknown operation";
}

std::string describe(const Fiber& fiber) {
  switch (fiber.state) {
    case Fiber::State::kRunnable:
      return "can run";
    case Fiber::State::kExited:
      return "have exited";
    case Fiber::State::kAtBarrier:
      return text("wait at barrier %u (__syncthreads is 0)", fiber.barrier_id);
    case Fiber::State::kInWarpOperation:
      return text("wait in %s with mask %08x", name_of(fiber.call.operation), fiber.call.mask);
  }
  return "";
}

// The value that all lanes get; shuffles give each its own.
uint64_t combine(WarpOperation operation, uint64_t so_far, uint64_t value, unsigned lane) {
  switch (operation) {
    case WarpOperation::kBallot:
      return so_far | value << lane;
    case WarpOperation::kAny:
      return so_far | value;
    case WarpOperation::kAll:
      return so_far & value;
    case WarpOperation::kAdd:
      return so_far + value;
    case WarpOperation::kSync:
    case WarpOperation::kShuffle:
      return 0;
  }
  return 0;
}

// Fibers without a block, kept for the next: their stacks are expensive to map.
std::vector<std::unique_ptr<Fiber>>& idle_fibers() {
  static std::vector<std::unique_ptr<Fiber>> idle;
  return idle;
}

std::unique_ptr<Fiber> take_fiber() {
  auto& idle = idle_fibers();
  if (idle.empty()) return std::make_unique<Fiber>();
  auto fiber = std::move(idle.back());
  idle.pop_back();
  return fiber;
}

}  // namespace

Block::Block(unsigned threads, size_t dynamic_shared_bytes, size_t static_shared_bytes)
    : dynamic_shared("shared memory", dynamic_shared_bytes, 16, Placement::kAtEnd),
      static_shared(static_shared_bytes) {
  for (unsigned thread = 0; thread < threads; ++thread) {
    auto fiber = take_fiber();
    fiber->block = this;
    fiber->thread = thread;
    fibers.push_back(std::move(fiber));
  }
}

Block::~Block() {
  for (auto& fiber : fibers) idle_fibers().push_back(std::move(fiber));
}

void Block::start(unsigned number) {
  index = number;
  alive = static_cast<unsigned>(fibers.size());
  barriers_.fill({});
  memset(dynamic_shared.data(), kNoValue, dynamic_shared.bytes());
  std::fill(static_shared.begin(), static_shared.end(), static_cast<unsigned char>(kNoValue));
  for (const auto& fiber : fibers) wake(*fiber);
}

void Block::wake(Fiber& fiber) {
  fiber.state = Fiber::State::kRunnable;
  runnable.push_back(&fiber);
}

void Block::arrive_in_warp(Fiber& fiber, const WarpCall& call) {
  const unsigned first_thread = fiber.thread / kWarp * kWarp;
  const unsigned lane = fiber.thread % kWarp;
  if ((call.mask >> lane & 1u) == 0) {
    fault(text("%s with mask %08x, which leaves out the calling lane %u", name_of(call.operation), call.mask,
               lane));
  }
  if (call.operation == WarpOperation::kShuffle && (call.mask >> call.source & 1u) == 0) {
    fault(text("a shuffle from lane %u, which mask %08x leaves out", call.source, call.mask));
  }
  fiber.call = call;
  fiber.state = Fiber::State::kInWarpOperation;
  if (all_arrived(first_thread, call)) complete(first_thread, call);
}

bool Block::all_arrived(unsigned first_thread, const WarpCall& call) const {
  bool all = true;
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    if ((call.mask >> lane & 1u) == 0) continue;
    if (first_thread + lane >= fibers.size()) {
      fault(text("%s with mask %08x, but the block ends before lane %u", name_of(call.operation), call.mask,
                 lane));
    }
    const Fiber& other = *fibers[first_thread + lane];
    if (other.state == Fiber::State::kExited) {
      if (call.operation == WarpOperation::kSync) continue;
      fault(text("%s with mask %08x, but lane %u has exited", name_of(call.operation), call.mask, lane));
    }
    all = all && other.state == Fiber::State::kInWarpOperation && other.call.matches(call);
  }
  return all;
}

void Block::complete(unsigned first_thread, const WarpCall& call) {
  uint64_t common = call.operation == WarpOperation::kAll ? 1 : 0;
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    if ((call.mask >> lane & 1u) == 0) continue;
    common = combine(call.operation, common, fibers[first_thread + lane]->call.value, lane);
  }
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    Fiber& fiber = *fibers[first_thread + lane];
    if ((call.mask >> lane & 1u) == 0 || fiber.state == Fiber::State::kExited) continue;
    const bool shuffle = call.operation == WarpOperation::kShuffle;
    fiber.result = shuffle ? fibers[first_thread + fiber.call.source]->call.value : common;
    wake(fiber);
  }
}

void Block::arrive_at_barrier(Fiber& fiber, unsigned id, unsigned threads) {
  if (id >= barriers_.size()) fault(text("barrier %u; a block has barriers 0 to 15", id));
  Barrier& barrier = barriers_[id];
  const unsigned expected = threads == 0 ? static_cast<unsigned>(fibers.size()) : threads;
  if (barrier.arrived > 0 && barrier.expected != expected) {
    fault(text("barrier %u for %u threads, where others wait for %u", id, expected, barrier.expected));
  }
  barrier.expected = expected;
  fiber.state = Fiber::State::kAtBarrier;
  fiber.barrier_id = id;
  if (++barrier.arrived < expected) return;
  barrier.arrived = 0;
  for (const auto& other : fibers) {
    if (other->state == Fiber::State::kAtBarrier && other->barrier_id == id) wake(*other);
  }
}

void Block::exit(Fiber& fiber) {
  fiber.state = Fiber::State::kExited;
  --alive;
}

std::string Block::waiting() const {
  std::string lines;
  for (size_t first = 0; first < fibers.size(); first += kWarp) {
    std::map<std::string, unsigned> lanes;
    for (size_t lane = 0; lane < kWarp && first + lane < fibers.size(); ++lane) {
      lanes[describe(*fibers[first + lane])] |= 1u << lane;
    }
    for (const auto& [what, mask] : lanes) {
      lines += text("\n  warp %zu: lanes %08x %s", first / kWarp, mask, what.c_str());
    }
  }
  return lines;
}

}  // namespace simt
