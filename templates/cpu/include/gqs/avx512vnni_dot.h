// Integer dot products with AVX-512 VNNI.
#pragma once

#include "gqs/avx512.h"

namespace gqs {

// sum of (q - z) * x over the four bytes of each lane; below 8 bits of (q - z) * (x + 128), which
// prepacking's row constants make good for: the unsigned operand of the byte products is then x.
template <int kBits>
[[gnu::always_inline]] inline Ints dot(Bytes q, Bytes z, Bytes x) {
  const __m512i none = _mm512_setzero_si512();
  if constexpr (kBits == 8) {
    return _mm512_sub_epi32(_mm512_dpbusd_epi32(none, q, x), _mm512_dpbusd_epi32(none, z, x));
  }
  return _mm512_dpbusd_epi32(none, _mm512_xor_si512(x, _mm512_set1_epi8(-128)), _mm512_sub_epi8(q, z));
}

}  // namespace gqs
