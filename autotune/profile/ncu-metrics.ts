/** The hardware counters that a profile asks Nsight Compute for, and the names that it has for them. */

/** Our name -> metric. Percentages are of the peak that a unit sustains. */
export const metrics = {
  /** Nanoseconds of the kernel by itself, caches flushed: without the overlap that it has with its neighbours in a graph. */
  durationNs: 'gpu__time_duration.sum',
  dramBytesRead: 'dram__bytes_read.sum',
  dramPercent: 'dram__throughput.avg.pct_of_peak_sustained_elapsed',
  /** Cycles in which a scheduler issued an instruction. */
  issuePercent: 'smsp__issue_active.avg.pct_of_peak_sustained_active',
  instructions: 'smsp__inst_executed.sum',
  aluPercent: 'sm__inst_executed_pipe_alu.avg.pct_of_peak_sustained_active',
  fmaPercent: 'sm__inst_executed_pipe_fma.avg.pct_of_peak_sustained_active',
  tensorPercent: 'sm__inst_executed_pipe_tensor.avg.pct_of_peak_sustained_active',
  /** Passes of shared-memory instructions through the data stage, each of up to 128 bytes, of all SMs. */
  sharedWavefronts: 'l1tex__data_pipe_lsu_wavefronts_mem_shared.sum',
  /** Those that bank conflicts added. */
  sharedConflicts: 'l1tex__data_bank_conflicts_pipe_lsu_mem_shared.sum',
  /** Cycles in which that stage was busy, with global loads too. */
  dataPipePercent: 'l1tex__data_pipe_lsu_wavefronts.avg.pct_of_peak_sustained_elapsed',
  warpsPercent: 'sm__warps_active.avg.pct_of_peak_sustained_active',
  registers: 'launch__registers_per_thread',
} as const;

export type CounterName = keyof typeof metrics;

/** Why warps wait: what follows `smsp__average_warps_issue_stalled_`. Left out is `selected`, which is no wait. */
export const stallReasons = [
  'barrier',
  'branch_resolving',
  'dispatch_stall',
  'drain',
  'imc_miss',
  'lg_throttle',
  'long_scoreboard',
  'math_pipe_throttle',
  'membar',
  'mio_throttle',
  'misc',
  'no_instruction',
  'not_selected',
  'short_scoreboard',
  'sleeping',
  'tex_throttle',
  'wait',
] as const;

export type StallReason = (typeof stallReasons)[number];

export function stallMetric(reason: StallReason): string {
  return `smsp__average_warps_issue_stalled_${reason}_per_issue_active.ratio`;
}

/** What a wait is for, in words. */
export const stallMeanings: Readonly<Record<StallReason, string>> = {
  barrier: 'other warps at a barrier',
  branch_resolving: 'the target of a branch',
  dispatch_stall: 'the dispatcher',
  drain: 'stores to drain at the end',
  imc_miss: 'constants',
  lg_throttle: 'room in the queue of global loads',
  long_scoreboard: 'global memory',
  math_pipe_throttle: 'a busy arithmetic pipe',
  membar: 'a memory barrier',
  mio_throttle: 'room in the queue of shared memory',
  misc: 'other things',
  no_instruction: 'instructions to be fetched',
  not_selected: 'another warp that was ready too',
  short_scoreboard: 'shared memory',
  sleeping: 'sleep',
  tex_throttle: 'room in the texture queue',
  wait: 'a fixed latency of arithmetic',
};
