#include "cpu/cpu_info.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

namespace gqs {
namespace {

constexpr uint64_t kUnknownL2 = 1u << 20;
constexpr uint64_t kUnknownLlc = 32u << 20;

std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

std::string cpu_path(int cpu) { return "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/"; }

std::string brand_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const size_t colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "CPU";
}

std::vector<std::string> supported_isas() {
  std::vector<std::string> isas{"portable"};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c")) {
    return isas;
  }
  isas.emplace_back("avx2");
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq")) {
    return isas;
  }
  isas.emplace_back("avx512");
  if (__builtin_cpu_supports("avx512vnni")) isas.emplace_back("avx512vnni");
#endif
  return isas;
}

std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    }
  }
#endif
  if (cpus.empty()) {
    const int count = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    for (int cpu = 0; cpu < count; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

// Keeps the first of the logical CPUs that share a core: a second hardware thread adds no memory bandwidth.
std::vector<int> one_per_core(const std::vector<int>& cpus) {
  std::set<std::pair<std::string, std::string>> cores;
  std::vector<int> kept;
  for (const int cpu : cpus) {
    const auto core = first_line(cpu_path(cpu) + "topology/core_id");
    const auto package = first_line(cpu_path(cpu) + "topology/physical_package_id");
    if (!core || !package || cores.emplace(*package, *core).second) kept.push_back(cpu);
  }
  return kept;
}

// CPUs' worth of time that cgroup v2 or v1 grants, when it limits any.
std::optional<double> cgroup_cpus() {
  std::optional<double> least;
  const auto consider = [&](double quota, double period) {
    if (quota > 0 && period > 0) least = std::min(least.value_or(quota / period), quota / period);
  };
  std::string own;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.rfind("0::", 0) == 0) own = line.substr(3);
  }
  for (std::string path = own;; path = path.substr(0, path.rfind('/'))) {
    if (const auto limit = first_line("/sys/fs/cgroup" + path + "/cpu.max")) {
      std::istringstream words(*limit);
      double quota = 0;
      double period = 0;
      if (words >> quota >> period) consider(quota, period);  // "max" is no number: no limit
    }
    if (path.empty() || path.rfind('/') == std::string::npos) break;
  }
  const auto quota = first_line("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
  const auto period = first_line("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  if (quota && period) consider(std::atof(quota->c_str()), std::atof(period->c_str()));
  return least;
}

struct Cache {
  int level = 0;
  uint64_t bytes = 0;
  std::string shared_by;  // list of logical CPUs: tells one cache from another
};

std::vector<Cache> caches_of(int cpu) {
  std::vector<Cache> caches;
  for (int index = 0; index < 8; ++index) {
    const std::string path = cpu_path(cpu) + "cache/index" + std::to_string(index) + "/";
    const auto type = first_line(path + "type");
    const auto level = first_line(path + "level");
    const auto size = first_line(path + "size");
    if (!type || !level || !size || *type == "Instruction") continue;
    const char unit = size->empty() ? ' ' : size->back();
    const uint64_t scale = unit == 'K' ? 1u << 10 : unit == 'M' ? 1u << 20 : 1;
    const auto shared_by = first_line(path + "shared_cpu_list");
    caches.push_back({std::atoi(level->c_str()), std::strtoull(size->c_str(), nullptr, 10) * scale,
                      shared_by.value_or(std::to_string(cpu))});
  }
  return caches;
}

void describe_caches(CpuInfo& info) {
  int last_level = 0;
  std::set<std::string> counted;
  for (const int cpu : info.cpus) {
    for (const Cache& cache : caches_of(cpu)) {
      if (cache.level == 2) info.l2_bytes = std::max(info.l2_bytes, cache.bytes);
      if (cache.level < 2 || cache.level < last_level) continue;
      if (cache.level > last_level) {
        last_level = cache.level;
        info.llc_bytes = 0;
        counted.clear();
      }
      if (counted.insert(cache.shared_by).second) info.llc_bytes += cache.bytes;
    }
  }
  if (info.l2_bytes == 0) info.l2_bytes = kUnknownL2;
  if (info.llc_bytes == 0) info.llc_bytes = kUnknownLlc;
}

uint64_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && page > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(page) : 0;
}

}  // namespace

CpuInfo describe_cpu() {
  CpuInfo info;
  info.name = brand_name();
  info.isas = supported_isas();
  info.cpus = one_per_core(allowed_cpus());
  info.cores = static_cast<uint32_t>(info.cpus.size());
  if (const auto granted = cgroup_cpus()) {
    info.cores = std::clamp(static_cast<uint32_t>(std::ceil(*granted)), 1u, info.cores);
  }
  describe_caches(info);
  info.memory_bytes = physical_memory();
  return info;
}

void pin_this_thread([[maybe_unused]] int cpu) {
#if defined(__linux__)
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  // Not allowed here: the thread then runs where the system puts it.
  (void)sched_setaffinity(0, sizeof(set), &set);
#endif
}

}  // namespace gqs
