// A resident block: its threads, its shared memory, and who waits for whom.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "fiber.h"
#include "guarded_buffer.h"

namespace simt {

struct Block {
  Block(unsigned threads, size_t dynamic_shared_bytes, size_t static_shared_bytes);
  ~Block();
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  // Makes all threads runnable as those of block `number`, with shared memory that holds no useful values.
  void start(unsigned number);

  void wake(Fiber& fiber);
  // Joins the fiber's warp operation; completes it when the fiber is the last of the mask.
  void arrive_in_warp(Fiber& fiber, const WarpCall& call);
  // Joins a barrier; opens it when the fiber is the last.
  void arrive_at_barrier(Fiber& fiber, unsigned id, unsigned threads);
  void exit(Fiber& fiber);

  // Who waits where, for a block none of whose threads can run.
  std::string waiting() const;

  unsigned index = 0;
  // Threads that have not exited.
  unsigned alive = 0;
  std::vector<std::unique_ptr<Fiber>> fibers;
  std::vector<Fiber*> runnable;
  GuardedBuffer dynamic_shared;
  // Contents of static shared memory while another block runs.
  std::vector<unsigned char> static_shared;

 private:
  struct Barrier {
    unsigned arrived = 0;
    unsigned expected = 0;
  };

  bool all_arrived(unsigned first_thread, const WarpCall& call) const;
  void complete(unsigned first_thread, const WarpCall& call);

  std::array<Barrier, 16> barriers_{};
};

}  // namespace simt
