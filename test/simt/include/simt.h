// A small SIMT machine in plain C++: what a generated CUDA kernel needs to compile with a C++20 compiler and
// to run on a CPU. The threads of a block are fibers of one OS thread (see runner/scheduler.h); the names and
// the meanings are those of CUDA C++. A kernel becomes a shared object that the runner loads.
#pragma once

#include "simt/atomics.h"
#include "simt/bfloat16.h"
#include "simt/half.h"
#include "simt/integers.h"
#include "simt/keywords.h"
#include "simt/launch.h"
#include "simt/numbers.h"
#include "simt/vectors.h"
#include "simt/warp.h"
