// What a device is to the rest of the addon. Implemented by cpu/ and cuda/.
//
// Lifetimes are by shared_ptr: a launch holds its kernel and buffers, a kernel its module, everything its
// device; so nothing that is still to run can go away. All methods may be called from any thread.
// Errors are DeviceError. Order: copies and fills come after all work that streams were given before; streams
// and graphs are ordered among each other by `synchronize` only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gqs {

class Buffer {
 public:
  virtual ~Buffer() = default;
  size_t bytes() const { return bytes_; }

  // Blocking. The caller has checked offset + length <= bytes().
  virtual void write(size_t offset, const void* data, size_t length) = 0;
  virtual void read(size_t offset, void* data, size_t length) = 0;
  virtual void fill(size_t offset, uint8_t byte, size_t length) = 0;

  // What a kernel sees.
  virtual uint64_t address() const = 0;

 protected:
  explicit Buffer(size_t bytes) : bytes_(bytes) {}

 private:
  size_t bytes_;
};

struct KernelAttributes {
  int registers = 0;     // per thread
  int local_bytes = 0;   // per thread: spills and arrays
  int shared_bytes = 0;  // static, per CTA
  int max_threads = 0;   // per CTA
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  virtual KernelAttributes attributes() const = 0;
  virtual int max_ctas_per_sm(uint32_t threads, uint32_t shared_bytes) = 0;

  // What each argument is: 'b' a buffer (8 bytes), 'u' a u32; nothing when the kernel does not say.
  virtual const std::optional<std::string>& signature() const = 0;
};

class Module {
 public:
  virtual ~Module() = default;
  virtual std::shared_ptr<Kernel> kernel(const std::string& symbol) = 0;
};

struct Argument {
  std::shared_ptr<Buffer> buffer;  // null for a scalar
  size_t offset = 0;               // bytes into the buffer
  uint32_t scalar = 0;
};

struct Launch {
  std::shared_ptr<Kernel> kernel;
  uint32_t grid = 0;  // CTAs, or blocks on a CPU
  uint32_t threads = 0;
  uint32_t shared_bytes = 0;
  std::vector<Argument> args;
  bool pdl = false;  // may start before its predecessor has ended; the kernel waits itself
};

class Event {
 public:
  virtual ~Event() = default;
  // Milliseconds from `since` to this one; both recorded and reached.
  virtual double elapsed_ms(Event& since) = 0;
};

class Stream {
 public:
  virtual ~Stream() = default;
  virtual void launch(const Launch& launch) = 0;
  virtual void record(const std::shared_ptr<Event>& event) = 0;
  virtual void synchronize() = 0;
};

class Graph {
 public:
  virtual ~Graph() = default;
  // Runs all launches in order, `count` times. Blocking.
  virtual void replay(uint32_t count) = 0;
  // One untimed replay, then `samples` timed ones: milliseconds of each. Blocking.
  virtual std::vector<double> time(uint32_t samples) = 0;
};

struct Clocks {
  std::optional<uint32_t> sm_mhz;
  std::optional<uint32_t> memory_mhz;
  std::optional<std::string> throttle;  // why clocks are held down; nothing when they are not
};

class Device {
 public:
  virtual ~Device() = default;
  virtual std::shared_ptr<Buffer> allocate(size_t bytes) = 0;  // zeroed
  virtual std::shared_ptr<Module> load_module(const std::string& path) = 0;
  virtual std::shared_ptr<Stream> create_stream() = 0;
  virtual std::shared_ptr<Event> create_event() = 0;
  virtual std::shared_ptr<Graph> create_graph(std::vector<Launch> launches) = 0;
  virtual void synchronize() = 0;
  virtual Clocks clocks() = 0;
  // Bytes per second that memory can deliver; takes a fraction of a second and some memory. Blocking.
  virtual double measure_bandwidth() = 0;
};

}  // namespace gqs
