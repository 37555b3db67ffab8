#pragma once

// Handles of the C ABI: numbers that a table looks up, so that one that was freed is found out and
// never followed.

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "anole/core/error.h"

namespace anole {

// A handle that stands for nothing.
class ClosedError : public Error {
 public:
  using Error::Error;
};

// The next number, from 1, of handles of all kinds. On machines of 32 bits numbers come again after
// four billion handles.
std::uintptr_t next_handle();

// Owners of T by the handles that C has for them. Thread safe.
template <class T, class Handle>
class Handles {
 public:
  // `name` is for messages: "adapter".
  explicit Handles(const char* name) : name_(name) {}

  template <class... Args>
  Handle* add(Args&&... args) {
    auto entry = std::make_shared<Entry>(std::forward<Args>(args)...);
    const auto number = next_handle();
    const std::lock_guard lock(mutex_);
    entries_.emplace(number, std::move(entry));
    return reinterpret_cast<Handle*>(number);
  }

  // The T of a handle, for this call alone while it lives.
  class Use {
   public:
    T& operator*() const { return entry_->value; }
    T* operator->() const { return &entry_->value; }

   private:
    friend Handles;
    explicit Use(std::shared_ptr<typename Handles::Entry> entry)
        : entry_(std::move(entry)), lock_(entry_->mutex) {}
    std::shared_ptr<typename Handles::Entry> entry_;
    std::unique_lock<std::mutex> lock_;  // let go before the entry
  };

  // Waits for other calls that use it. Throws ClosedError for a handle that is not in the table.
  Use use(const Handle* handle) { return Use(find(handle)); }

  // Takes a handle out of the table; a call that uses it keeps its T until it is done. Null is
  // nothing.
  void close(const Handle* handle) {
    if (handle == nullptr) return;
    const auto entry = find(handle);  // outlives the lock, so that T is not destroyed under it
    const std::lock_guard lock(mutex_);
    if (entries_.erase(number_of(handle)) == 0) refuse(handle);
  }

 private:
  // Shared by the table and the calls that use it.
  struct Entry {
    template <class... Args>
    explicit Entry(Args&&... args) : value(std::forward<Args>(args)...) {}
    std::mutex mutex;
    T value;
  };

  static std::uintptr_t number_of(const Handle* handle) {
    return reinterpret_cast<std::uintptr_t>(handle);
  }

  std::shared_ptr<Entry> find(const Handle* handle) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(number_of(handle));
    if (found == entries_.end()) refuse(handle);
    return found->second;
  }

  [[noreturn]] void refuse(const Handle* handle) const {
    if (handle == nullptr) throw ClosedError("{} is null", name_);
    throw ClosedError("{} is not a handle of that kind, or it was freed before", name_);
  }

  const char* name_;
  std::mutex mutex_;
  std::unordered_map<std::uintptr_t, std::shared_ptr<Entry>> entries_;
};

}  // namespace anole
