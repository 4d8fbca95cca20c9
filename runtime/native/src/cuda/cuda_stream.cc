#include "cuda/cuda_stream.h"

#include <utility>

#include "cuda/cuda_module.h"
#include "error.h"
#include "packed_arguments.h"

namespace gqs {
namespace {

constexpr int kFirstWithPdl = 90;  // compute capability times ten

}  // namespace

void enqueue(const CudaContext& context, const Launch& launch, cuda::CUstream stream) {
  auto& kernel = static_cast<CudaKernel&>(*launch.kernel);
  const PackedArguments arguments(launch.args);
  cuda::CUlaunchAttribute attribute{};
  attribute.id = cuda::kProgrammaticStreamSerialization;
  attribute.value.programmaticStreamSerializationAllowed = 1;
  const bool pdl = launch.pdl && context.info().compute_capability >= kFirstWithPdl;

  cuda::CUlaunchConfig config{};
  config.gridDimX = launch.grid;
  config.gridDimY = config.gridDimZ = 1;
  config.blockDimX = launch.threads;
  config.blockDimY = config.blockDimZ = 1;
  config.sharedMemBytes = launch.shared_bytes;
  config.hStream = stream;
  config.attrs = pdl ? &attribute : nullptr;
  config.numAttrs = pdl ? 1 : 0;
  // The driver copies the values during the call and writes to none of them.
  GQS_CUDA(context.driver(), cuLaunchKernelEx, &config, kernel.function(),
           const_cast<void**>(arguments.data()), nullptr);
}

StreamHandle::StreamHandle(std::shared_ptr<CudaContext> context, unsigned flags)
    : context_(std::move(context)) {
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuStreamCreate, &handle_, flags);
}

StreamHandle::~StreamHandle() {
  release_in(*context_, [this](const cuda::DriverApi& api) { (void)api.cuStreamDestroy(handle_); });
}

CudaEvent::CudaEvent(std::shared_ptr<CudaContext> context) : context_(std::move(context)) {
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuEventCreate, &handle_, cuda::kEventDefault);
}

CudaEvent::~CudaEvent() {
  release_in(*context_, [this](const cuda::DriverApi& api) { (void)api.cuEventDestroy(handle_); });
}

void CudaEvent::record(cuda::CUstream stream) {
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuEventRecord, handle_, stream);
  recorded_ = true;
}

double CudaEvent::elapsed_ms(Event& since) {
  static constexpr const char* kCall = "DeviceEvent.elapsedMs";
  const auto& start = static_cast<const CudaEvent&>(since);
  if (!start.recorded_ || !recorded_) {
    fail(kNotReady, kCall, "Expected two recorded events but one was never recorded");
  }
  const CurrentContext current(*context_);
  float milliseconds = 0;
  const cuda::CUresult result = context_->api().cuEventElapsedTime(&milliseconds, start.handle_, handle_);
  if (result == cuda::kErrorNotReady) {
    fail(kNotReady, kCall,
         "Expected both events to be reached but a stream has not got there: synchronize first");
  }
  context_->driver().check(result, "cuEventElapsedTime", __FILE__, __LINE__);
  return milliseconds;
}

CudaStream::CudaStream(std::shared_ptr<CudaContext> context)
    : context_(std::move(context)), handle_(context_, cuda::kStreamDefault) {}

CudaStream::~CudaStream() {
  release_in(*context_, [this](const cuda::DriverApi& api) { (void)api.cuStreamSynchronize(handle_.get()); });
}

void CudaStream::launch(const Launch& launch) {
  static_cast<CudaKernel&>(*launch.kernel).allow_shared(launch.shared_bytes);
  const CurrentContext current(*context_);
  const std::lock_guard lock(mutex_);
  in_flight_.insert(launch.kernel);
  enqueue(*context_, launch, handle_.get());
}

void CudaStream::record(const std::shared_ptr<Event>& event) {
  static_cast<CudaEvent&>(*event).record(handle_.get());
}

void CudaStream::synchronize() {
  std::set<std::shared_ptr<Kernel>> ended;
  {
    // Launches that come while this waits are not among those that have ended.
    const std::lock_guard lock(mutex_);
    ended.swap(in_flight_);
  }
  const CurrentContext current(*context_);
  GQS_CUDA(context_->driver(), cuStreamSynchronize, handle_.get());
}

}  // namespace gqs
