// What this machine's CPU is, from cpuid, sysfs and cgroups.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gqs {

struct CpuInfo {
  std::string name;
  std::vector<std::string> isas;  // of generator/target.ts, widest last
  // One logical CPU for each core that this process may run on.
  std::vector<int> cpus;
  // cpus.size(), or less where a cgroup grants less time.
  uint32_t cores = 1;
  uint64_t l2_bytes = 0;   // of one core
  uint64_t llc_bytes = 0;  // of all last-level caches that `cpus` reach
  uint64_t memory_bytes = 0;
};

// Reads what the system says at this moment. Never fails: what is not known gets a cautious value.
CpuInfo describe_cpu();

// Binds the calling thread to one logical CPU where the system allows it.
void pin_this_thread(int cpu);

}  // namespace gqs
