// An opened device and everything that was made from it.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "device.h"

namespace gqs {

// Something made from a device: lets go of its native part when it is freed, collected, or its device closes.
class Child {
 public:
  virtual ~Child() = default;
  virtual void let_go(const char* why) = 0;
};

// Used by one JavaScript thread only.
class Session {
 public:
  explicit Session(std::shared_ptr<Device> device) : device_(std::move(device)) {}

  bool open() const { return device_ != nullptr; }
  const std::shared_ptr<Device>& device() const { return device_; }

  void add(Child* child) { children_.insert(child); }
  void remove(Child* child) { children_.erase(child); }

  // Work in flight keeps what it uses until it ends.
  void close() {
    const std::set<Child*> children = std::move(children_);
    children_.clear();
    for (Child* child : children) child->let_go("its device was closed");
    device_.reset();
  }

 private:
  std::shared_ptr<Device> device_;
  std::set<Child*> children_;
};

}  // namespace gqs
