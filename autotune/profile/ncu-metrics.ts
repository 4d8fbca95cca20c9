/** The hardware counters that a profile asks Nsight Compute for, and the names that it has for them. */

interface Metric {
  readonly metric: string;
  /** Unit of the recorded number, in which ncu prints base units. */
  readonly unit: string;
}

/** Our name -> metric. Percentages are of the peak that a unit sustains. */
export const metrics = {
  /** Of the kernel by itself, caches flushed: without the overlap that it has with its neighbours in a graph. */
  durationNs: { metric: 'gpu__time_duration.sum', unit: 'ns' },
  dramBytesRead: { metric: 'dram__bytes_read.sum', unit: 'byte' },
  dramPercent: { metric: 'dram__throughput.avg.pct_of_peak_sustained_elapsed', unit: '%' },
  /** Cycles in which a scheduler issued an instruction. */
  issuePercent: { metric: 'smsp__issue_active.avg.pct_of_peak_sustained_active', unit: '%' },
  /** Of warps, on all schedulers; a scheduler issues at most one per cycle. */
  instructions: { metric: 'smsp__inst_executed.sum', unit: 'inst' },
  aluPercent: { metric: 'sm__inst_executed_pipe_alu.avg.pct_of_peak_sustained_active', unit: '%' },
  fmaPercent: { metric: 'sm__inst_executed_pipe_fma.avg.pct_of_peak_sustained_active', unit: '%' },
  fp16Percent: { metric: 'sm__inst_executed_pipe_fp16.avg.pct_of_peak_sustained_active', unit: '%' },
  lsuPercent: { metric: 'sm__inst_executed_pipe_lsu.avg.pct_of_peak_sustained_active', unit: '%' },
  tensorPercent: { metric: 'sm__inst_executed_pipe_tensor.avg.pct_of_peak_sustained_active', unit: '%' },
  /** Shared-memory loads of warps. */
  sharedLoads: { metric: 'smsp__inst_executed_op_shared_ld.sum', unit: 'inst' },
  /** Passes of shared-memory instructions through the data stage, each of up to 128 bytes, of all SMs. */
  sharedWavefronts: { metric: 'l1tex__data_pipe_lsu_wavefronts_mem_shared.sum', unit: 'wavefront' },
  sharedLoadWavefronts: { metric: 'l1tex__data_pipe_lsu_wavefronts_mem_shared_op_ld.sum', unit: 'wavefront' },
  /** Those that bank conflicts added. */
  sharedConflicts: { metric: 'l1tex__data_bank_conflicts_pipe_lsu_mem_shared.sum', unit: 'wavefront' },
  sharedLoadConflicts: {
    metric: 'l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_ld.sum',
    unit: 'wavefront',
  },
  /** All passes through that stage, those of global loads too; an SM takes at most one per cycle. */
  dataWavefronts: { metric: 'l1tex__data_pipe_lsu_wavefronts.sum', unit: 'wavefront' },
  dataPipePercent: { metric: 'l1tex__data_pipe_lsu_wavefronts.avg.pct_of_peak_sustained_elapsed', unit: '%' },
  warpsPercent: { metric: 'sm__warps_active.avg.pct_of_peak_sustained_active', unit: '%' },
  registers: { metric: 'launch__registers_per_thread', unit: 'register/thread' },
  ctasByRegisters: { metric: 'launch__occupancy_limit_registers', unit: 'CTA/SM' },
  ctasBySharedMemory: { metric: 'launch__occupancy_limit_shared_mem', unit: 'CTA/SM' },
  ctasByWarps: { metric: 'launch__occupancy_limit_warps', unit: 'CTA/SM' },
  ctasByBlocks: { metric: 'launch__occupancy_limit_blocks', unit: 'CTA/SM' },
} as const satisfies Readonly<Record<string, Metric>>;

export type CounterName = keyof typeof metrics;

/** What a wait is for, in words; each is also what follows `smsp__average_warps_issue_stalled_`. */
export const stallMeanings = {
  barrier: 'other warps at a barrier',
  branch_resolving: 'the target of a branch',
  dispatch_stall: 'the dispatcher',
  drain: 'stores to drain at the end',
  gmma: 'tensor cores',
  imc_miss: 'constants',
  lg_throttle: 'room in the queue of global loads',
  long_scoreboard: 'global memory',
  math_pipe_throttle: 'a busy arithmetic pipe',
  membar: 'a memory barrier',
  mio_throttle: 'room in the queue of shared memory',
  misc: 'other things',
  no_instruction: 'instructions to be fetched',
  not_selected: 'another warp that was ready too',
  selected: 'nothing: it issued',
  short_scoreboard: 'shared memory',
  sleeping: 'sleep',
  tex_throttle: 'room in the texture queue',
  wait: 'a fixed latency of arithmetic',
} as const;

export type StallReason = keyof typeof stallMeanings;

export const stallReasons = Object.keys(stallMeanings) as [StallReason, ...StallReason[]];

/** Warps in these states could issue, or did. */
export const readyStates: ReadonlySet<StallReason> = new Set(['not_selected', 'selected']);

export function stallMetric(reason: StallReason): string {
  return `smsp__average_warps_issue_stalled_${reason}_per_issue_active.ratio`;
}

/** Everything that is asked for. */
export const allMetrics: readonly string[] = [
  ...Object.values(metrics).map(({ metric }) => metric),
  ...stallReasons.map(stallMetric),
];

/** What is asked for when ncu rejects the rest without saying why: old names, enough to tell what bounds a kernel. */
export const coreMetrics: readonly string[] = [
  metrics.durationNs.metric,
  metrics.dramBytesRead.metric,
  metrics.issuePercent.metric,
  metrics.instructions.metric,
  metrics.sharedWavefronts.metric,
  metrics.warpsPercent.metric,
  metrics.registers.metric,
  stallMetric('long_scoreboard'),
  stallMetric('short_scoreboard'),
];
