/** What a kernel is generated for. Plain data: a target may be a machine that is not here. */

export const cpuIsas = ['portable', 'avx2', 'avx512', 'avx512vnni'] as const;
export type CpuIsa = (typeof cpuIsas)[number];

export interface CudaTarget {
  readonly kind: 'cuda';
  /** Compute capability times ten: 80, 86, 89, 90, 120. */
  readonly computeCapability: number;
  readonly smCount: number;
  readonly l2Bytes: number;
  /** Most dynamic shared memory one CTA may opt in to, in bytes. */
  readonly sharedPerCta: number;
  /** Shared memory of one SM, in bytes. */
  readonly sharedPerSm: number;
  readonly registersPerSm: number;
  readonly threadsPerSm: number;
}

export interface CpuTarget {
  readonly kind: 'cpu';
  /** Instruction sets this CPU runs, widest last. */
  readonly isas: readonly CpuIsa[];
  readonly cores: number;
  readonly l2Bytes: number;
  /** Last-level cache in bytes; what a cold measurement has to exceed. */
  readonly llcBytes: number;
}

export type Target = CudaTarget | CpuTarget;

const common = { kind: 'cuda', registersPerSm: 65_536 } as const;

/** Published limits of the architectures that may be generated for without the GPU at hand (CUDA C++ Programming Guide, "Compute Capabilities"; SM counts of the named product). */
export const knownArchitectures: Readonly<Record<string, CudaTarget & { readonly product: string }>> = {
  sm_80: {
    ...common,
    product: 'A100',
    computeCapability: 80,
    smCount: 108,
    l2Bytes: 40 << 20,
    sharedPerCta: 163 << 10,
    sharedPerSm: 164 << 10,
    threadsPerSm: 2048,
  },
  sm_86: {
    ...common,
    product: 'RTX 3090',
    computeCapability: 86,
    smCount: 82,
    l2Bytes: 6 << 20,
    sharedPerCta: 99 << 10,
    sharedPerSm: 100 << 10,
    threadsPerSm: 1536,
  },
  sm_89: {
    ...common,
    product: 'RTX 4090',
    computeCapability: 89,
    smCount: 128,
    l2Bytes: 72 << 20,
    sharedPerCta: 99 << 10,
    sharedPerSm: 100 << 10,
    threadsPerSm: 1536,
  },
  sm_90: {
    ...common,
    product: 'H100/H200',
    computeCapability: 90,
    smCount: 132,
    l2Bytes: 50 << 20,
    sharedPerCta: 227 << 10,
    sharedPerSm: 228 << 10,
    threadsPerSm: 2048,
  },
  sm_120: {
    ...common,
    product: 'RTX 5090',
    computeCapability: 120,
    smCount: 170,
    l2Bytes: 96 << 20,
    sharedPerCta: 99 << 10,
    sharedPerSm: 100 << 10,
    threadsPerSm: 1536,
  },
};
