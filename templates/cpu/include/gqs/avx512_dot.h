// Integer dot products with AVX-512 BW.
#pragma once

#include "gqs/avx512.h"

namespace gqs {

// sum of (q - z) * x over the four bytes of each lane; below 8 bits of (q - z) * (x + 128), which
// prepacking's row constants make good for: the unsigned operand of the byte products is then x.
template <int kBits>
[[gnu::always_inline]] inline Ints dot(Bytes q, Bytes z, Bytes x) {
  if constexpr (kBits == 8) {
    const __m512i low_byte = _mm512_set1_epi16(255);
    const __m512i even = _mm512_sub_epi16(_mm512_and_si512(q, low_byte), _mm512_and_si512(z, low_byte));
    const __m512i odd = _mm512_sub_epi16(_mm512_srli_epi16(q, 8), _mm512_srli_epi16(z, 8));
    const __m512i x_even = _mm512_srai_epi16(_mm512_slli_epi16(x, 8), 8);
    return _mm512_add_epi32(_mm512_madd_epi16(even, x_even), _mm512_madd_epi16(odd, _mm512_srai_epi16(x, 8)));
  }
  // Two products are at most 2 * 255 * 15, so the pairwise sums do not saturate.
  const __m512i pairs =
      _mm512_maddubs_epi16(_mm512_xor_si512(x, _mm512_set1_epi8(-128)), _mm512_sub_epi8(q, z));
  return _mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}

}  // namespace gqs
