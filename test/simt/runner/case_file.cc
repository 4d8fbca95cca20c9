#include "case_file.h"

#include <cstring>
#include <fstream>
#include <iterator>

#include "fault.h"

namespace simt {
namespace {

class Reader {
 public:
  explicit Reader(std::vector<unsigned char> bytes) : bytes_(std::move(bytes)) {}

  uint32_t number() {
    uint32_t value;
    memcpy(&value, take(sizeof(value)), sizeof(value));
    return value;
  }

  std::vector<unsigned char> data(size_t length) {
    const unsigned char* begin = take(length);
    return {begin, begin + length};
  }

 private:
  const unsigned char* take(size_t length) {
    if (bytes_.size() - position_ < length) fault("the case file is cut short");
    const unsigned char* begin = bytes_.data() + position_;
    position_ += length;
    return begin;
  }

  std::vector<unsigned char> bytes_;
  size_t position_ = 0;
};

Argument read_argument(Reader& reader) {
  Argument argument{};
  argument.is_buffer = reader.number() != 0;
  if (!argument.is_buffer) {
    argument.number = reader.number();
    return argument;
  }
  argument.access = static_cast<Access>(reader.number());
  argument.alignment = reader.number();
  const uint32_t name_length = reader.number();
  const uint32_t data_length = reader.number();
  const auto name = reader.data(name_length);
  argument.name.assign(name.begin(), name.end());
  argument.data = reader.data(data_length);
  return argument;
}

Case read_case(Reader& reader) {
  Case result{};
  result.seed = reader.number();
  result.blocks = reader.number();
  result.threads = reader.number();
  result.dynamic_shared_bytes = reader.number();
  result.resident = reader.number();
  result.launches = reader.number();
  const uint32_t arguments = reader.number();
  for (uint32_t i = 0; i < arguments; ++i) result.arguments.push_back(read_argument(reader));
  return result;
}

}  // namespace

std::vector<Case> read_cases(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fault("cannot read " + path);
  Reader reader({std::istreambuf_iterator<char>(file), {}});
  std::vector<Case> cases(reader.number());
  for (Case& each : cases) each = read_case(reader);
  return cases;
}

}  // namespace simt
