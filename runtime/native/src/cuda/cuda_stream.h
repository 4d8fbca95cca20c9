// Streams and events of a GPU, and the launch itself.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <set>

#include "cuda/context.h"
#include "device.h"

namespace gqs {

// Owns a CUstream.
class StreamHandle {
 public:
  // flags: kStreamDefault or kStreamNonBlocking.
  StreamHandle(std::shared_ptr<CudaContext> context, unsigned flags);
  ~StreamHandle();
  StreamHandle(const StreamHandle&) = delete;
  StreamHandle& operator=(const StreamHandle&) = delete;
  cuda::CUstream get() const { return handle_; }

 private:
  std::shared_ptr<CudaContext> context_;
  cuda::CUstream handle_ = nullptr;
};

class CudaEvent final : public Event {
 public:
  explicit CudaEvent(std::shared_ptr<CudaContext> context);
  ~CudaEvent() override;

  double elapsed_ms(Event& since) override;
  void record(cuda::CUstream stream);

 private:
  std::shared_ptr<CudaContext> context_;
  cuda::CUevent handle_ = nullptr;
  std::atomic<bool> recorded_{false};
};

class CudaStream final : public Stream {
 public:
  explicit CudaStream(std::shared_ptr<CudaContext> context);
  ~CudaStream() override;

  void launch(const Launch& launch) override;
  void record(const std::shared_ptr<Event>& event) override;
  void synchronize() override;

 private:
  std::shared_ptr<CudaContext> context_;
  StreamHandle handle_;
  std::mutex mutex_;
  // Modules must not be unloaded under a running kernel; freeing memory waits by itself.
  std::set<std::shared_ptr<Kernel>> in_flight_;
};

// Puts a launch into a stream, or into the graph that the stream captures. The context is current.
void enqueue(const CudaContext& context, const Launch& launch, cuda::CUstream stream);

}  // namespace gqs
