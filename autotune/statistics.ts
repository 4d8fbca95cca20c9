/** Robust statistics of timing samples, all in the unit of the samples. */
import { median, medianAbsoluteDeviation, quantileSorted, sampleWithReplacement } from 'simple-statistics';
import { seededRandom } from './random.js';

export type Interval = readonly [low: number, high: number];

export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  /** Median absolute deviation from the median, not scaled to a standard deviation. */
  readonly mad: number;
  /** Bootstrap confidence interval of the median. */
  readonly interval: Interval;
}

export interface BootstrapOptions {
  /** 0 unless stated. */
  readonly seed?: number;
  /** Resamples; 1000 unless stated. */
  readonly resamples?: number;
  /** Coverage; 0.95 unless stated. */
  readonly confidence?: number;
}

/** Summarises at least one finite sample; throws RangeError otherwise. */
export function summarise(samples: readonly number[], options: BootstrapOptions = {}): Summary {
  checkSamples(samples);
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    count: samples.length,
    median: median(sorted),
    p10: quantileSorted(sorted, 0.1),
    p90: quantileSorted(sorted, 0.9),
    mad: medianAbsoluteDeviation(sorted),
    interval: medianInterval(sorted, options),
  };
}

/** Percentile bootstrap interval of the median (Efron 1979). The same samples and seed give the same interval. */
export function medianInterval(samples: readonly number[], options: BootstrapOptions = {}): Interval {
  checkSamples(samples);
  const random = seededRandom(options.seed ?? 0);
  const all = [...samples];
  return bootstrapInterval(() => median(sampleWithReplacement(all, all.length, random)), options);
}

/** The central interval of repeated draws of a resampled statistic. */
export function bootstrapInterval(draw: () => number, options: BootstrapOptions): Interval {
  const { resamples = 1000, confidence = 0.95 } = options;
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`Expected a confidence between 0 and 1 but received ${confidence}`);
  }
  const draws = Array.from({ length: resamples }, draw).sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return [quantileSorted(draws, tail), quantileSorted(draws, 1 - tail)];
}

/** Throws RangeError unless there is at least one sample and all are finite. */
export function checkSamples(samples: readonly number[]): void {
  if (samples.length === 0) throw new RangeError('Expected at least one sample but received none');
  const wrong = samples.find((sample) => !Number.isFinite(sample));
  if (wrong !== undefined) throw new RangeError(`Expected finite samples but received ${wrong}`);
}
