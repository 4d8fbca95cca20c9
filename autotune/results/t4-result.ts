/** One trial as a result of the T4 format, and back. */
import { variantSchema, type Problem } from '../../generator/index.js';
import { trialSchema, type Trial } from '../trial.js';
import { roundSignificant } from './stable-json.js';
import type { T4Result } from './t4-schema.js';

/** Longest message of a failed trial that is kept, in characters. */
const longestMessage = 200;
const microsecondsPerMs = 1000;

type Measurement = T4Result['measurements'][number];
type Resources = NonNullable<Trial['resources']>;

/** Measurements besides the time: field of a trial's resources, name and unit in T4. */
const resourceMeasurements: readonly (readonly [keyof Resources, string, string])[] = [
  ['registers', 'registers', ''],
  ['spillBytes', 'spill', 'B'],
  ['sharedBytes', 'shared_memory', 'B'],
  ['ctasPerSm', 'ctas_per_sm', ''],
];
const clockMeasurement = 'sm_clock';

/** `runtimes` is how many of the samples are kept at most, evenly spaced. */
export function toT4Result(trial: Trial, problem: number, runtimes: number): T4Result {
  const { outcome, times } = trial;
  const samples = outcome.status === 'ok' ? outcome.samplesUs : [];
  const us = (ms: number) => roundSignificant(ms * microsecondsPerMs);
  const running = samples.reduce((sum, sample) => sum + sample, 0);
  return {
    timestamp: trial.timestamp,
    configuration: { ...trial.variant },
    objectives: ['time'],
    times: {
      compilation_time: us(times.compileMs),
      runtimes: evenlySpaced(samples, runtimes).map((sample) => roundSignificant(sample)),
      framework: Math.max(0, Math.round(times.measureMs * microsecondsPerMs - running)),
      search_algorithm: us(times.searchMs),
      validation: us(times.verifyMs),
    },
    invalidity: outcome.status === 'ok' ? 'correct' : outcome.invalidity,
    correctness: outcome.status === 'ok' ? 1 : 0,
    measurements: measurements(trial),
    gqs: {
      problem,
      name: trial.name,
      hash: trial.hash,
      repetitions: trial.repetitions,
      ...(outcome.status === 'ok' ? {} : { message: outcome.message.slice(0, longestMessage) }),
    },
  };
}

/** The trial that a result was made from, as far as the result has it. Throws ZodError when its variant is none. */
export function fromT4Result(result: T4Result, problem: Problem): Trial {
  const value = (name: string) => result.measurements.find((m) => m.name === name)?.value;
  const { runtimes, framework } = result.times;
  const medianUs = value('time');
  const resources = resourceMeasurements.flatMap(([field, name]) => {
    const found = value(name);
    return found === undefined ? [] : [[field, found] as const];
  });
  const smMhz = value(clockMeasurement);
  return trialSchema.parse({
    problem,
    variant: variantSchema.parse(result.configuration),
    name: result.gqs.name,
    hash: result.gqs.hash,
    repetitions: result.gqs.repetitions,
    outcome:
      result.invalidity === 'correct'
        ? { status: 'ok', medianUs, samplesUs: runtimes }
        : { status: 'failed', invalidity: result.invalidity, message: result.gqs.message ?? '' },
    times: {
      compileMs: result.times.compilation_time / microsecondsPerMs,
      verifyMs: result.times.validation / microsecondsPerMs,
      measureMs: runtimes.reduce((sum, r) => sum + r, framework) / microsecondsPerMs,
      searchMs: result.times.search_algorithm / microsecondsPerMs,
    },
    ...(resources.length > 0 ? { resources: Object.fromEntries(resources) } : {}),
    ...(smMhz === undefined ? {} : { smMhz }),
    timestamp: result.timestamp,
  });
}

function measurements({ outcome, resources, smMhz }: Trial): Measurement[] {
  const found: Measurement[] = [];
  if (outcome.status === 'ok') {
    found.push({ name: 'time', value: roundSignificant(outcome.medianUs), unit: 'us' });
  }
  for (const [field, name, unit] of resourceMeasurements) {
    const value = resources?.[field];
    if (value !== undefined) found.push({ name, value, unit });
  }
  if (smMhz !== undefined)
    found.push({ name: clockMeasurement, value: roundSignificant(smMhz), unit: 'MHz' });
  return found;
}

function evenlySpaced(samples: readonly number[], most: number): number[] {
  if (samples.length <= most) return [...samples];
  return Array.from({ length: most }, (_, i) => samples[Math.floor((i * samples.length) / most)]!);
}
