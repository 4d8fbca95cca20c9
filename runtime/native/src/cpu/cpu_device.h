// The CPU as a device: compiled shared objects, run block by block on a pool of pinned threads.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "cpu/cpu_info.h"
#include "cpu/cpu_queue.h"
#include "cpu/thread_pool.h"
#include "device.h"

namespace gqs {

class CpuDevice final : public Device, public std::enable_shared_from_this<CpuDevice> {
 public:
  // threads: 0 takes one for each core.
  CpuDevice(const CpuInfo& info, uint32_t threads);

  std::shared_ptr<Buffer> allocate(size_t bytes) override;
  std::shared_ptr<Module> load_module(const std::string& path) override;
  std::shared_ptr<Stream> create_stream() override;
  std::shared_ptr<Event> create_event() override;
  std::shared_ptr<Graph> create_graph(std::vector<Launch> launches) override;
  void synchronize() override { queue_.state()->drain(); }
  Clocks clocks() override { return {}; }
  double measure_bandwidth() override;

  ThreadPool& pool() { return pool_; }
  CpuQueue& queue() { return queue_; }

 private:
  uint64_t llc_bytes_;
  uint64_t memory_bytes_;
  ThreadPool pool_;
  CpuQueue queue_;  // ends before the pool that its tasks use
};

}  // namespace gqs
