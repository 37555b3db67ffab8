#include "anole/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include "anole/core/error.h"
#include "anole/core/fields.h"
#include "anole/io/json.h"

namespace anole {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensor data is copied as it lies in memory");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kLongestHeader = 100'000'000;  // the stock reader's limit

std::uint64_t element_count(const std::vector<std::int64_t>& shape) {
  std::uint64_t count = 1;
  for (const auto size : shape) count *= static_cast<std::uint64_t>(size);
  return count;
}

// One entry of the header, checked on its own.
struct Entry {
  Tensor tensor;  // without its data
  std::uint64_t begin = 0, end = 0;
};

class Parser {
 public:
  Parser(std::string_view bytes, std::string_view where) : bytes_(bytes), where_(where) {}

  TensorFile parse() {
    const auto header = read_header();
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") {
        read_metadata(value);
      } else {
        entries.push_back(read_entry(name, value));
      }
    }
    // By both ends, as the stock reader does: a tensor without elements lies before its neighbour.
    std::ranges::stable_sort(entries, {},
                             [](const Entry& entry) { return std::pair(entry.begin, entry.end); });
    read_data(entries);
    return std::move(result_);
  }

 private:
  template <typename... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw Error("{}: {}", where_, fmt::format(format, std::forward<Args>(args)...));
  }

  Json read_header() {
    if (bytes_.size() < kLengthBytes) {
      fail("not a safetensors file: {} bytes, expected at least 8", bytes_.size());
    }
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), kLengthBytes);
    if (length > kLongestHeader || bytes_.substr(kLengthBytes, 1) != "{") {
      fail("not a safetensors file: it does not begin with a header's length and '{{'");
    }
    if (length > bytes_.size() - kLengthBytes) {
      fail("truncated: its header ends at byte {}, the file at {}", kLengthBytes + length,
           bytes_.size());
    }
    data_ = bytes_.substr(kLengthBytes + length);
    return parse_json(bytes_.substr(kLengthBytes, length), fmt::format("{}: header", where_));
  }

  void read_metadata(const Json& value) {
    if (!value.is_object()) fail("__metadata__ is {}, expected an object", value.type_name());
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string())
        fail("__metadata__ '{}' is {}, expected a string", key, text.type_name());
      result_.metadata.push_back({key, text.get<std::string>()});
    }
  }

  Entry read_entry(const std::string& name, const Json& value) const {
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") ||
        !value.contains("shape") || !value.contains("data_offsets")) {
      fail("tensor '{}': expected exactly the keys dtype, shape and data_offsets", name);
    }
    Entry entry{.tensor = {.name = name,
                           .dtype = read_dtype(name, value["dtype"]),
                           .shape = read_integers(name, value["shape"]),
                           .data = {}}};
    const auto offsets = read_integers(name, value["data_offsets"]);
    if (offsets.size() != 2)
      fail("tensor '{}': expected 2 data_offsets, found {}", name, offsets.size());
    entry.begin = static_cast<std::uint64_t>(offsets[0]);
    entry.end = static_cast<std::uint64_t>(offsets[1]);
    if (entry.end < entry.begin) {
      fail("tensor '{}': its data ends at {}, before it begins at {}", name, entry.end,
           entry.begin);
    }
    check_size(entry);
    return entry;
  }

  Dtype read_dtype(const std::string& name, const Json& value) const {
    const auto names = enum_names(Dtype{});
    const auto found = value.is_string()
                           ? std::ranges::find(names, value.get_ref<const std::string&>())
                           : names.end();
    if (found == names.end()) fail("tensor '{}': unknown dtype {}", name, value.dump());
    return static_cast<Dtype>(found - names.begin());
  }

  std::vector<std::int64_t> read_integers(const std::string& name, const Json& value) const {
    const auto good = [](const Json& item) {
      return item.is_number_unsigned() &&
             item.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    };
    if (!value.is_array() || !std::ranges::all_of(value, good)) {
      fail("tensor '{}': expected a list of integers, found {}", name, value.dump());
    }
    return value.get<std::vector<std::int64_t>>();
  }

  // dtype x shape = end - begin, without overflow.
  void check_size(const Entry& entry) const {
    const auto& [name, dtype, shape, data] = entry.tensor;
    std::uint64_t bytes = dtype_bytes(dtype);
    for (const auto size : shape) {
      if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes)) {
        fail("tensor '{}': its shape holds more elements than any file", name);
      }
    }
    if (bytes != entry.end - entry.begin) {
      fail("tensor '{}': dtype {} and its shape make {} bytes, its data_offsets {}", name,
           enum_name(dtype), bytes, entry.end - entry.begin);
    }
  }

  // The tensors must tile the data: no overlap, no hole, nothing after the last.
  void read_data(std::vector<Entry>& entries) {
    std::uint64_t place = 0;
    for (auto& [tensor, begin, end] : entries) {
      if (begin != place) {
        fail("tensor '{}' begins at byte {} of the data, expected {} where the one before it ends",
             tensor.name, begin, place);
      }
      place = end;
    }
    if (place > data_.size()) {
      fail("truncated: its tensors end at byte {}, the file at {}",
           bytes_.size() - data_.size() + place, bytes_.size());
    }
    if (place < data_.size()) fail("{} bytes follow the last tensor", data_.size() - place);
    for (auto& [tensor, begin, end] : entries) {
      tensor.data = data_.substr(begin, end - begin);
      result_.tensors.push_back(std::move(tensor));
    }
  }

  std::string_view bytes_, where_, data_;
  TensorFile result_;
};

// Wide elements first: every tensor then begins at a multiple of its element's size.
std::vector<const Tensor*> file_order(const TensorFile& file) {
  std::vector<const Tensor*> order;
  std::set<std::string_view> names{"__metadata__"};
  for (const auto& tensor : file.tensors) {
    ANOLE_CHECK(tensor.data.size() == element_count(tensor.shape) * dtype_bytes(tensor.dtype));
    if (!names.insert(tensor.name).second)
      throw Error("two tensors have the name '{}'", tensor.name);
    order.push_back(&tensor);
  }
  std::ranges::stable_sort(order, std::greater{},
                           [](const Tensor* t) { return dtype_bytes(t->dtype); });
  return order;
}

}  // namespace

std::size_t dtype_bytes(Dtype dtype) {
  static constexpr std::size_t kBytes[] = {8, 8, 8, 4, 4, 4, 2, 2, 2, 2, 1, 1, 1};
  return kBytes[static_cast<std::size_t>(dtype)];
}

Tensor float_tensor(std::string name, std::vector<std::int64_t> shape,
                    std::span<const float> values) {
  ANOLE_CHECK(values.size() == element_count(shape));
  Tensor tensor{
      .name = std::move(name), .dtype = Dtype::kF32, .shape = std::move(shape), .data = {}};
  tensor.data.assign(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return tensor;
}

std::vector<float> tensor_floats(const Tensor& tensor) {
  ANOLE_CHECK(tensor.dtype == Dtype::kF32);
  std::vector<float> values(tensor.data.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
  return values;
}

const std::string* TensorFile::find_metadata(std::string_view key) const {
  const auto found = std::ranges::find(metadata, key, &MetadataEntry::key);
  return found == metadata.end() ? nullptr : &found->value;
}

const Tensor* TensorFile::find_tensor(std::string_view name) const {
  const auto found = std::ranges::find(tensors, name, &Tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

std::string to_safetensors(const TensorFile& file) {
  Json header = Json::object();
  for (const auto& [key, value] : file.metadata) {
    if (!header["__metadata__"].emplace(key, value).second) {
      throw Error("two metadata strings have the key '{}'", key);
    }
  }
  const auto order = file_order(file);
  std::size_t place = 0;
  for (const auto* tensor : order) {
    header[tensor->name] = {{"dtype", enum_name(tensor->dtype)},
                            {"shape", tensor->shape},
                            {"data_offsets", {place, place + tensor->data.size()}}};
    place += tensor->data.size();
  }
  auto text = dump_json(header, "safetensors header");
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
  bytes.reserve(kLengthBytes + text.size() + place);
  bytes += text;
  for (const auto* tensor : order) bytes += tensor->data;
  return bytes;
}

TensorFile from_safetensors(std::string_view bytes, std::string_view where) {
  return Parser(bytes, where).parse();
}

}  // namespace anole
