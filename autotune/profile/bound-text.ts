/** What bounds a kernel, in words and numbers. */
import { problemName } from '../../generator/index.js';
import { gigabytes, microseconds, percent, significant } from '../report/index.js';
import { boundOf, topStall, useOf, wavefrontsPerLoad, type Bound, type Unit } from './bounds.js';
import { stallMeanings } from './ncu-metrics.js';
import type { Profiled } from './profile-file.js';

const unitNames: Readonly<Record<Unit, string>> = {
  memory: 'memory bandwidth',
  issue: 'instruction issue',
  'shared memory': 'shared memory',
};

export function boundName(bound: Bound): string {
  switch (bound.kind) {
    case 'firm':
      return unitNames[bound.unit];
    case 'near':
      return `near ${unitNames[bound.unit]}`;
    case 'latency':
      return 'latency and ramp';
  }
}

/** One paragraph on the winners of a shape: what bounds how many of them, then each with its numbers. */
export function shapeText(winners: readonly Profiled[]): string {
  const names = winners.map((winner) => boundName(boundOf(winner)));
  const counts = [...new Set(names)].map((name) => `${name} ${names.filter((one) => one === name).length}`);
  const all = `Of ${winners.length} winner${winners.length === 1 ? '' : 's'}, bound by: ${counts.join(', ')}.`;
  return [
    all,
    ...winners.map((winner) => `\n- \`${problemName(winner.problem)}\`: ${boundText(winner)}`),
  ].join('');
}

/** What bounds one kernel. */
export function boundText(profiled: Profiled): string {
  const { medianUs, rooflineFraction, gbPerSecond } = profiled;
  const floor = medianUs * rooflineFraction;
  const moved = `It moves ${gigabytes(gbPerSecond)} GB/s, ${percent(rooflineFraction)} of the measured bandwidth`;
  const time = `${microseconds(medianUs)} µs, of which the bytes alone take ${microseconds(floor)}`;
  return [`${opening(boundOf(profiled))} ${moved}: ${time}.`, unitsText(profiled), stallText(profiled)]
    .filter((text) => text !== '')
    .join(' ');
}

function opening(bound: Bound): string {
  switch (bound.kind) {
    case 'firm':
      return `Bound by ${unitNames[bound.unit]}.`;
    case 'near':
      return `Nearest to its limit is ${unitNames[bound.unit]}; the rest of the time is latency and the ramp of a launch.`;
    case 'latency':
      return 'Bound by latency and the ramp of a launch: no unit is in use for long.';
  }
}

function unitsText(profiled: Profiled): string {
  const use = useOf(profiled);
  const perLoad = wavefrontsPerLoad(profiled);
  const parts = [
    use.issue === undefined ? [] : `instructions fill ${percent(use.issue)} of the issue slots`,
    use['shared memory'] === undefined
      ? []
      : `shared memory and L1 pass data in ${percent(use['shared memory'])} of the cycles`,
    perLoad === undefined ? [] : `a load from shared memory takes ${significant(perLoad, 3)} passes`,
  ].flat();
  const text = parts.join(', ');
  return text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

function stallText(profiled: Profiled): string {
  const stall = topStall(profiled);
  if (stall === undefined) return '';
  return `Warps wait most for ${stallMeanings[stall.reason]} (${percent(stall.share)} of all waiting).`;
}
