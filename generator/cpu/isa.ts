/** What the generator knows of the instruction sets of CPUs. */
import type { CpuIsa } from '../target.js';

interface IsaTraits {
  /** The header below templates/cpu/include/gqs/ that has its vectors. */
  readonly header: string;
  readonly title: string;
  /** Bytes of a vector. */
  readonly vectorBytes: 32 | 64;
  /** Sums that fit the vector registers beside what a step needs. */
  readonly sums: number;
  /** Whether int8 products below 8 bits are made of x + 128, to be corrected by the layout's row constants. */
  readonly offsetsX: boolean;
  readonly flags: readonly string[];
}

const avx2Flags = ['-mavx2', '-mfma', '-mf16c'];
const avx512Flags = [...avx2Flags, '-mavx512f', '-mavx512bw', '-mavx512vl', '-mavx512dq'];

export const isaTraits: Readonly<Record<CpuIsa, IsaTraits>> = {
  portable: {
    header: 'portable',
    title: 'portable C++',
    vectorBytes: 32,
    sums: 8,
    offsetsX: false,
    flags: [],
  },
  avx2: { header: 'avx2', title: 'AVX2', vectorBytes: 32, sums: 8, offsetsX: true, flags: avx2Flags },
  avx512: {
    header: 'avx512_dot',
    title: 'AVX-512',
    vectorBytes: 64,
    sums: 16,
    offsetsX: true,
    flags: avx512Flags,
  },
  avx512vnni: {
    header: 'avx512vnni_dot',
    title: 'AVX-512 VNNI',
    vectorBytes: 64,
    sums: 16,
    offsetsX: true,
    flags: [...avx512Flags, '-mavx512vnni'],
  },
};

/** What g++ and clang++ need beside -O3 to compile a kernel for an instruction set. */
export function cxxFlags(isa: CpuIsa): readonly string[] {
  return isaTraits[isa].flags;
}
