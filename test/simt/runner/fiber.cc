#include "fiber.h"

namespace simt {
namespace {

constexpr size_t kStackBytes = size_t{1} << 17;

}  // namespace

Fiber::Fiber() : stack_("stack of a thread", kStackBytes, 16, Placement::kAtStart) {}

void Fiber::enter() {
  if (_setjmp(scheduler_) != 0) return;
  if (started_) _longjmp(context_, 1);
  // ucontext only makes the first entry; from then on _setjmp and _longjmp switch without system calls.
  started_ = true;
  getcontext(&first_);
  first_.uc_stack.ss_sp = stack_.data();
  first_.uc_stack.ss_size = stack_.bytes();
  first_.uc_link = nullptr;
  const auto self = reinterpret_cast<uintptr_t>(this);
  makecontext(&first_, reinterpret_cast<void (*)()>(&Fiber::start), 2, static_cast<unsigned>(self),
              static_cast<unsigned>(static_cast<uint64_t>(self) >> 32));
  setcontext(&first_);
}

void Fiber::leave() {
  if (_setjmp(context_) == 0) _longjmp(scheduler_, 1);
}

void Fiber::start(unsigned low, unsigned high) {
  auto* self = reinterpret_cast<Fiber*>(static_cast<uintptr_t>(static_cast<uint64_t>(high) << 32 | low));
  for (;;) {
    run_thread(*self);
    self->leave();
  }
}

}  // namespace simt
