#include "cuda/cuda_graph.h"

#include <algorithm>
#include <utility>

#include "cuda/cuda_module.h"

namespace gqs {
namespace {

constexpr uint32_t kSamplesAtATime = 2048;  // bounds the number of events

// Owns the CUgraph between capture and instantiation.
class CapturedGraph {
 public:
  CapturedGraph(const std::shared_ptr<CudaContext>& context, const std::vector<Launch>& launches)
      : context_(context) {
    // Not the stream of the replays: while a blocking stream captures, nobody may copy through the legacy
    // stream.
    const StreamHandle stream(context, cuda::kStreamNonBlocking);
    GQS_CUDA(context->driver(), cuStreamBeginCapture, stream.get(), cuda::kCaptureRelaxed);
    try {
      for (const Launch& launch : launches) enqueue(*context, launch, stream.get());
    } catch (...) {
      if (context->api().cuStreamEndCapture(stream.get(), &graph_) == cuda::kSuccess) destroy();
      throw;
    }
    GQS_CUDA(context->driver(), cuStreamEndCapture, stream.get(), &graph_);
  }
  ~CapturedGraph() { destroy(); }
  CapturedGraph(const CapturedGraph&) = delete;
  CapturedGraph& operator=(const CapturedGraph&) = delete;

  cuda::CUgraph get() const { return graph_; }

 private:
  void destroy() {
    if (graph_ != nullptr) (void)context_->api().cuGraphDestroy(graph_);
    graph_ = nullptr;
  }

  std::shared_ptr<CudaContext> context_;
  cuda::CUgraph graph_ = nullptr;
};

}  // namespace

CudaGraph::CudaGraph(std::shared_ptr<CudaContext> context, std::vector<Launch> launches)
    : context_(std::move(context)), launches_(std::move(launches)), stream_(context_, cuda::kStreamDefault) {
  for (const Launch& launch : launches_) {
    static_cast<CudaKernel&>(*launch.kernel).allow_shared(launch.shared_bytes);
  }
  const CurrentContext current(*context_);
  const CapturedGraph captured(context_, launches_);
  GQS_CUDA(context_->driver(), cuGraphInstantiateWithFlags, &executable_, captured.get(), 0);
  try {
    GQS_CUDA(context_->driver(), cuGraphUpload, executable_, stream_.get());
  } catch (...) {
    (void)context_->api().cuGraphExecDestroy(executable_);
    throw;
  }
}

CudaGraph::~CudaGraph() {
  release_in(*context_, [this](const cuda::DriverApi& api) {
    (void)api.cuStreamSynchronize(stream_.get());
    (void)api.cuGraphExecDestroy(executable_);
  });
}

void CudaGraph::launch() { GQS_CUDA(context_->driver(), cuGraphLaunch, executable_, stream_.get()); }

void CudaGraph::replay(uint32_t count) {
  const std::lock_guard lock(turn_);
  const CurrentContext current(*context_);
  for (uint32_t i = 0; i < count; ++i) launch();
  GQS_CUDA(context_->driver(), cuStreamSynchronize, stream_.get());
}

std::vector<double> CudaGraph::time(uint32_t samples) {
  const std::lock_guard lock(turn_);
  const CurrentContext current(*context_);
  std::vector<double> milliseconds;
  milliseconds.reserve(samples);
  while (milliseconds.size() < samples) {
    const auto left = static_cast<uint32_t>(samples - milliseconds.size());
    time_some(std::min(left, kSamplesAtATime), milliseconds);
  }
  return milliseconds;
}

void CudaGraph::time_some(uint32_t samples, std::vector<double>& milliseconds) {
  std::vector<std::unique_ptr<CudaEvent>> events;
  for (uint32_t i = 0; i < 2 * samples; ++i) events.push_back(std::make_unique<CudaEvent>(context_));
  // While the GPU is busy with this one, the first timed replay gets into the queue behind it.
  launch();
  for (uint32_t i = 0; i < samples; ++i) {
    events[2 * i]->record(stream_.get());
    launch();
    events[2 * i + 1]->record(stream_.get());
  }
  GQS_CUDA(context_->driver(), cuStreamSynchronize, stream_.get());
  for (uint32_t i = 0; i < samples; ++i) {
    milliseconds.push_back(events[2 * i + 1]->elapsed_ms(*events[2 * i]));
  }
}

}  // namespace gqs
