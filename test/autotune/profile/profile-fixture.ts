/** A profiled winner and a profile, for tests of what reads them. */
import {
  emptyProfile,
  type Profiled,
  type ProfileFile,
  type ProfileRun,
  type Subject,
} from '../../../autotune/profile/profile-file.js';
import { rowPermuted } from '../../generator/cuda/cuda-samples.js';

/** 524,288 groups; 3.5 us at 2000 MHz are 7000 cycles on each of 100 SMs. */
export const subject: Subject = {
  problem: {
    ...{ op: 'gemv', n: 4096, k: 4096, m: 1, bits: 4, groupSize: 16, density: 0.5 },
    ...{ activation: 'f16', output: 'f16', epilogue: 'none' },
  },
  variant: rowPermuted,
  name: 'row_permuted-w16',
  hash: '12345678',
  winnerHash: '12345678',
  medianUs: 3.5,
  gbPerSecond: 1900,
  rooflineFraction: 0.45,
  processors: 100,
  smMhz: 2000,
};

export const profiled: Profiled = {
  ...subject,
  launches: 3,
  counters: {
    durationNs: 6752,
    dramBytesRead: 6_650_000,
    issuePercent: 26.69,
    instructions: 1_400_000,
    sharedWavefronts: 245_760,
    sharedLoadWavefronts: 196_608,
    sharedLoads: 131_072,
    sharedConflicts: 24_576,
    dataWavefronts: 385_000,
    dataPipePercent: 30,
    warpsPercent: 44.2,
    registers: 89,
    ctasByRegisters: 2,
    ctasBySharedMemory: 7,
  },
  stalls: { long_scoreboard: 6, short_scoreboard: 2, not_selected: 9, selected: 1 },
};

export const run: ProfileRun = {
  device: 'A | GPU',
  timedOn: 'A | GPU',
  driver: '1.2',
  profiler: 'Nsight Compute 2025.3',
  commit: null,
  command: 'npm run profile',
  timestamp: '2026-01-01T00:00:00.000Z',
};

export function profileOf(given: Partial<ProfileFile> = {}): ProfileFile {
  return { ...emptyProfile(run), winners: [profiled], ...given };
}
