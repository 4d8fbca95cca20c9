/** How problems and numbers are written in tables and charts. */
import type { Problem } from '../../generator/index.js';
import { weightFormat } from '../weight-format.js';

/** What problems of one panel share: `W4 G16 · f16 x · m = 1`, with output and epilogue where x does not imply them. */
export function seriesLabel(problem: Problem): string {
  const parts = [weightFormat(problem), `${problem.activation} x`];
  if (problem.output !== problem.activation) parts.push(`${problem.output} y`);
  parts.push(`m = ${problem.m}`);
  if (problem.epilogue !== 'none') parts.push(problem.epilogue.replace('_', ' + '));
  return parts.join(' · ');
}

/** Output by input channels: `22016 × 4096`. */
export function shapeLabel(problem: Pick<Problem, 'n' | 'k'>): string {
  return `${problem.n} × ${problem.k}`;
}

/** Microseconds with three significant digits, at least one decimal below 100: `3.65`, `12.2`, `1240`. */
export function microseconds(value: number): string {
  return significant(value, 3);
}

/** A ratio of times: `3.12×`, `12.3×`. */
export function ratio(value: number): string {
  return `${significant(value, 3)}×`;
}

/** A fraction as whole per cent: `78 %`. */
export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

/** GB/s: whole numbers from 100 on, three digits below. */
export function gigabytes(value: number): string {
  return significant(value, 3);
}

/** The value with that many significant digits in plain notation, whole numbers kept whole. */
export function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.max(0, digits - 1 - magnitude));
}

/** The value rounded to that many significant digits, for data that goes into a chart. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}

/** Order of problems wherever they are listed: weight format, m, x, then largest shape first, sparsest first. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    a.bits - b.bits ||
    a.groupSize - b.groupSize ||
    (a.groupsPerScale ?? 1) - (b.groupsPerScale ?? 1) ||
    a.m - b.m ||
    compareText(a.activation, b.activation) ||
    compareText(a.output, b.output) ||
    compareText(a.epilogue, b.epilogue) ||
    b.n * b.k - a.n * a.k ||
    b.n - a.n ||
    a.density - b.density
  );
}

/** Order by code unit, the same on every machine and locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
