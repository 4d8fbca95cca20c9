// What the memory of this machine delivers to the pool's threads.
#pragma once

#include <cstdint>

#include "cpu/thread_pool.h"

namespace gqs {

// Bytes per second of the best of several reads of a buffer well beyond the last-level cache. Blocking.
double measure_read_bandwidth(ThreadPool& pool, uint64_t llc_bytes, uint64_t memory_bytes);

}  // namespace gqs
