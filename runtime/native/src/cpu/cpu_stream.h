// Streams and events of a CPU device.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "cpu/cpu_device.h"

namespace gqs {

class CpuEvent final : public Event {
 public:
  double elapsed_ms(Event& since) override;

  void expect() { nanoseconds_.store(kPending); }
  void reach();

 private:
  static constexpr int64_t kNever = -1;
  static constexpr int64_t kPending = -2;
  int64_t reached_at(const char* which) const;

  std::atomic<int64_t> nanoseconds_{kNever};
};

// All streams of a device share its queue: their work runs in the order in which it was given.
class CpuStream final : public Stream {
 public:
  explicit CpuStream(std::shared_ptr<CpuDevice> device) : device_(std::move(device)) {}

  void launch(const Launch& launch) override;
  void record(const std::shared_ptr<Event>& event) override;
  void synchronize() override { device_->synchronize(); }

 private:
  std::shared_ptr<CpuDevice> device_;
};

}  // namespace gqs
