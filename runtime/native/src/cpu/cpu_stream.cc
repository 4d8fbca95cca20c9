#include "cpu/cpu_stream.h"

#include <chrono>
#include <string>
#include <utility>

#include "cpu/cpu_graph.h"
#include "error.h"
#include "packed_arguments.h"

namespace gqs {

void CpuEvent::reach() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  nanoseconds_.store(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

int64_t CpuEvent::reached_at(const char* which) const {
  const int64_t value = nanoseconds_.load();
  if (value >= 0) return value;
  fail(kNotReady, "DeviceEvent.elapsedMs",
       std::string("Expected the ") + which + " event to be reached but " +
           (value == kNever ? "it was never recorded" : "its stream has not got there: synchronize first"));
}

double CpuEvent::elapsed_ms(Event& since) {
  const int64_t start = static_cast<const CpuEvent&>(since).reached_at("earlier");
  return static_cast<double>(reached_at("later") - start) * 1e-6;
}

void CpuStream::launch(const Launch& launch) {
  // The pool outlives the queue; the device itself must not be held by its own queue.
  ThreadPool& pool = device_->pool();
  auto arguments = std::make_shared<PackedArguments>(launch.args);
  device_->queue().submit([&pool, launch, arguments] {
    const CpuLaunch program[] = {cpu_launch(launch, *arguments)};
    pool.run(program, 1);
  });
}

void CpuStream::record(const std::shared_ptr<Event>& event) {
  auto target = std::static_pointer_cast<CpuEvent>(event);
  target->expect();
  device_->queue().submit([target] { target->reach(); });
}

}  // namespace gqs
