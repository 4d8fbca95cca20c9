/** Small report data for tests; what a test does not name is filled in. */
import type { ReportData, ReportedProblem } from '../../../autotune/report/report-data.js';
import type { Problem } from '../../../generator/index.js';

export const someProblem: Problem = {
  op: 'gemv',
  n: 4096,
  k: 2048,
  m: 1,
  bits: 4,
  groupSize: 16,
  density: 0.5,
  activation: 'f16',
  output: 'f16',
  epilogue: 'none',
};

export function reportedProblem(given: Partial<ReportedProblem> = {}): ReportedProblem {
  return {
    problem: someProblem,
    winner: {
      name: 'row_split-w4',
      medianUs: 10,
      intervalUs: [9.9, 10.2],
      gbPerSecond: 800,
      rooflineFraction: 0.8,
      speedupOverDense: 3,
      speedupOverDefault: 1.5,
      tie: [],
    },
    defaultUs: 15,
    denseUs: 30,
    spaceSize: 40,
    trials: [
      { name: 'row_split-w4', configuration: { decomposition: 'row_split', warps: 4 }, medianUs: 10 },
      { name: 'row_split-w8', configuration: { decomposition: 'row_split', warps: 8 }, medianUs: 12 },
      { name: 'task_centric-w4', configuration: { decomposition: 'task_centric', warps: 4 }, medianUs: 95 },
    ],
    ...given,
  };
}

export function reportData(given: Partial<ReportData> = {}): ReportData {
  return {
    device: 'A device',
    runs: [{ facts: [['device', 'A device']], command: 'npm run tune', problems: 1 }],
    rooflineGbPerSecond: 1000,
    problems: [reportedProblem()],
    failures: [],
    ...given,
  };
}
