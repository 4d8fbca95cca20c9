#include "cpu/cpu_queue.h"

#include <utility>

namespace gqs {

void CpuQueue::State::drain() {
  std::unique_lock lock(mutex_);
  const uint64_t goal = submitted_;
  changed_.wait(lock, [&] { return ended_ >= goal; });
}

CpuQueue::~CpuQueue() {
  {
    const std::lock_guard lock(state_->mutex_);
    state_->stop_ = true;
  }
  state_->changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CpuQueue::submit(std::function<void()> task) {
  const std::lock_guard lock(state_->mutex_);
  if (!thread_.joinable()) {
    thread_ = std::thread([state = state_] { work(*state); });
  }
  state_->tasks_.push_back(std::move(task));
  ++state_->submitted_;
  state_->changed_.notify_all();
}

void CpuQueue::work(State& state) {
  std::unique_lock lock(state.mutex_);
  while (true) {
    state.changed_.wait(lock, [&] { return state.stop_ || !state.tasks_.empty(); });
    if (state.tasks_.empty()) return;
    std::function<void()> task = std::move(state.tasks_.front());
    state.tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // lets go of buffers before anybody hears that it has ended
    lock.lock();
    ++state.ended_;
    state.changed_.notify_all();
  }
}

}  // namespace gqs
