// The short vector types.
#pragma once

#define SIMT_VECTOR2(Name, Scalar, kAlignment) \
  struct alignas(kAlignment) Name {            \
    Scalar x, y;                               \
  };                                           \
  inline Name make_##Name(Scalar x, Scalar y) { return {x, y}; }

#define SIMT_VECTOR4(Name, Scalar, kAlignment) \
  struct alignas(kAlignment) Name {            \
    Scalar x, y, z, w;                         \
  };                                           \
  inline Name make_##Name(Scalar x, Scalar y, Scalar z, Scalar w) { return {x, y, z, w}; }

SIMT_VECTOR2(float2, float, 8)
SIMT_VECTOR2(int2, int, 8)
SIMT_VECTOR2(uint2, unsigned, 8)
SIMT_VECTOR4(float4, float, 16)
SIMT_VECTOR4(int4, int, 16)
SIMT_VECTOR4(uint4, unsigned, 16)

#undef SIMT_VECTOR2
#undef SIMT_VECTOR4
