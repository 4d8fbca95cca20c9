// What the streams of a CPU device put their work into: one thread that does it in the order of submission.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace gqs {

class CpuQueue {
 public:
  // The part that buffers share: they outlive the queue's thread and must never be what ends it.
  class State {
   public:
    // Returns when everything submitted before has ended.
    void drain();

   private:
    friend class CpuQueue;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    uint64_t submitted_ = 0;
    uint64_t ended_ = 0;
    bool stop_ = false;
  };

  CpuQueue() : state_(std::make_shared<State>()) {}
  ~CpuQueue();  // after everything submitted has ended
  CpuQueue(const CpuQueue&) = delete;
  CpuQueue& operator=(const CpuQueue&) = delete;

  const std::shared_ptr<State>& state() const { return state_; }

  // A task must not hold what owns this queue. Starts the thread on first use.
  void submit(std::function<void()> task);

 private:
  static void work(State& state);

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace gqs
