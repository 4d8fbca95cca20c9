#include "cuda/cuda_module.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "cuda/image_check.h"
#include "error.h"

namespace gqs {
namespace {

constexpr const char* kLoad = "Device.loadModule";
constexpr size_t kLogBytes = 8192;

std::string file_contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string contents{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) fail(kBadFile, kLoad, "Expected a readable module but found none at " + path);
  return contents;
}

// 'b' for each pointer-sized argument, 'u' for each of 4 bytes; nothing where the driver cannot tell.
std::optional<std::string> signature_of(const CudaContext& context, cuda::CUfunction function) {
  if (context.api().cuFuncGetParamInfo == nullptr) return std::nullopt;
  std::string signature;
  while (true) {
    size_t offset = 0;
    size_t size = 0;
    const cuda::CUresult result =
        context.api().cuFuncGetParamInfo(function, signature.size(), &offset, &size);
    if (result == cuda::kErrorInvalidValue) return signature;  // one beyond the last
    if (result != cuda::kSuccess) return std::nullopt;
    signature += size == sizeof(cuda::CUdeviceptr) ? 'b' : size == sizeof(uint32_t) ? 'u' : '?';
  }
}

}  // namespace

CudaModule::CudaModule(std::shared_ptr<CudaContext> context, const std::string& path)
    : context_(std::move(context)) {
  const std::string image = file_contents(path);
  if (const auto problem = image_problem(image)) {
    fail(kBadFile, kLoad, "Expected a complete cubin, fatbin or PTX but " + path + " " + *problem);
  }
  const CurrentContext current(*context_);
  std::string log(kLogBytes, '\0');
  int options[] = {cuda::kJitErrorLogBuffer, cuda::kJitErrorLogBufferSizeBytes};
  void* values[] = {log.data(), reinterpret_cast<void*>(log.size())};
  try {
    GQS_CUDA(context_->driver(), cuModuleLoadDataEx, &handle_, image.data(), 2, options, values);
  } catch (const DeviceError& error) {
    ErrorFields fields = error.fields();
    fields.description += ": " + path;
    const std::string details(log.c_str());
    if (!details.empty()) fields.description += ": " + details;
    throw DeviceError(fields);
  }
}

CudaModule::~CudaModule() {
  release_in(*context_, [this](const cuda::DriverApi& api) { (void)api.cuModuleUnload(handle_); });
}

std::shared_ptr<Kernel> CudaModule::kernel(const std::string& symbol) {
  const CurrentContext current(*context_);
  cuda::CUfunction function = nullptr;
  try {
    GQS_CUDA(context_->driver(), cuModuleGetFunction, &function, handle_, symbol.c_str());
  } catch (const DeviceError& error) {
    if (error.fields().sticky) throw;
    fail(kNoSymbol, "Module.kernel",
         "Expected a kernel \"" + symbol + "\" in the module: " + error.fields().description);
  }
  return std::make_shared<CudaKernel>(shared_from_this(), function);
}

CudaKernel::CudaKernel(std::shared_ptr<CudaModule> module, cuda::CUfunction function)
    : module_(std::move(module)), function_(function) {
  const CudaContext& context = *module_->context();
  const auto attribute = [&](int which) {
    int value = 0;
    GQS_CUDA(context.driver(), cuFuncGetAttribute, &value, which, function_);
    return value;
  };
  attributes_.registers = attribute(cuda::kFuncNumRegs);
  attributes_.local_bytes = attribute(cuda::kFuncLocalSizeBytes);
  attributes_.shared_bytes = attribute(cuda::kFuncSharedSizeBytes);
  attributes_.max_threads = attribute(cuda::kFuncMaxThreadsPerBlock);
  signature_ = signature_of(context, function_);
}

uint32_t CudaKernel::shared_limit() const {
  return static_cast<uint32_t>(
      std::max(0, module_->context()->info().shared_per_cta - attributes_.shared_bytes));
}

void CudaKernel::allow_shared(uint32_t bytes) {
  if (bytes > shared_limit()) {
    fail(kInvalidArgument, "Launch.sharedBytes",
         "Expected at most " + std::to_string(shared_limit()) +
             " bytes of dynamic shared memory but received " + std::to_string(bytes));
  }
  const std::lock_guard lock(mutex_);
  if (bytes <= allowed_shared_) return;
  const CudaContext& context = *module_->context();
  const CurrentContext current(context);
  GQS_CUDA(context.driver(), cuFuncSetAttribute, function_, cuda::kFuncMaxDynamicSharedSizeBytes,
           static_cast<int>(bytes));
  allowed_shared_ = bytes;
}

int CudaKernel::max_ctas_per_sm(uint32_t threads, uint32_t shared_bytes) {
  if (shared_bytes > shared_limit() || static_cast<int>(threads) > attributes_.max_threads) return 0;
  allow_shared(shared_bytes);
  const CudaContext& context = *module_->context();
  const CurrentContext current(context);
  int blocks = 0;
  GQS_CUDA(context.driver(), cuOccupancyMaxActiveBlocksPerMultiprocessor, &blocks, function_,
           static_cast<int>(threads), shared_bytes);
  return blocks;
}

}  // namespace gqs
