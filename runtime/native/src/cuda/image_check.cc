#include "cuda/image_check.h"

#include <cstdint>
#include <cstring>

namespace gqs {
namespace {

// The fields of Elf64_Ehdr, Elf64_Shdr and fatbin headers that say how far a file reaches (System V ABI;
// NVIDIA fatbinary_section.h), all little endian.
constexpr size_t kElfHeaderBytes = 64;
constexpr size_t kElfSegmentsAt = 32;
constexpr size_t kElfSectionsAt = 40;
constexpr size_t kElfSegmentBytesAt = 54;
constexpr size_t kElfSegmentCountAt = 56;
constexpr size_t kElfSectionBytesAt = 58;
constexpr size_t kElfSectionCountAt = 60;
constexpr size_t kSectionHeaderBytes = 64;
constexpr size_t kSectionTypeAt = 4;
constexpr size_t kSectionOffsetAt = 24;
constexpr size_t kSectionSizeAt = 32;
constexpr uint32_t kSectionWithoutBytes = 8;  // SHT_NOBITS
constexpr uint32_t kFatbinMagic = 0xba55ed50;
constexpr size_t kFatbinHeaderBytes = 16;

// The caller has checked that it is within the image.
template <typename T>
T field(const std::string& image, size_t at) {
  T value;
  std::memcpy(&value, image.data() + at, sizeof(T));
  return value;
}

bool holds(const std::string& image, uint64_t offset, uint64_t length) {
  return offset <= image.size() && length <= image.size() - offset;
}

std::optional<std::string> cubin_problem(const std::string& image) {
  if (!holds(image, 0, kElfHeaderBytes)) return "ends early: its header is cut";
  const auto sections = field<uint64_t>(image, kElfSectionsAt);
  const uint64_t count = field<uint16_t>(image, kElfSectionCountAt);
  if (field<uint16_t>(image, kElfSectionBytesAt) != kSectionHeaderBytes) return "has a damaged header";
  const uint64_t segments =
      uint64_t{field<uint16_t>(image, kElfSegmentCountAt)} * field<uint16_t>(image, kElfSegmentBytesAt);
  if (!holds(image, field<uint64_t>(image, kElfSegmentsAt), segments))
    return "ends early: its segment table is missing";
  if (!holds(image, sections, count * kSectionHeaderBytes)) return "ends early: its section table is missing";
  for (uint64_t i = 0; i < count; ++i) {
    const size_t at = sections + i * kSectionHeaderBytes;
    if (field<uint32_t>(image, at + kSectionTypeAt) == kSectionWithoutBytes) continue;
    if (!holds(image, field<uint64_t>(image, at + kSectionOffsetAt),
               field<uint64_t>(image, at + kSectionSizeAt))) {
      return "ends early: a section is missing";
    }
  }
  return std::nullopt;
}

std::optional<std::string> fatbin_problem(const std::string& image) {
  if (!holds(image, 0, kFatbinHeaderBytes)) return "ends early: its header is cut";
  const uint64_t header = field<uint16_t>(image, 6);
  if (!holds(image, header, field<uint64_t>(image, 8))) return "ends early";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> image_problem(const std::string& image) {
  if (image.rfind("\x7f"
                  "ELF",
                  0) == 0)
    return cubin_problem(image);
  if (image.size() >= sizeof(uint32_t) && field<uint32_t>(image, 0) == kFatbinMagic)
    return fatbin_problem(image);
  const bool text = image.find('\0') == std::string::npos;
  if (text && image.find(".version") != std::string::npos) return std::nullopt;
  return "is no cubin, fatbin or PTX";
}

}  // namespace gqs
