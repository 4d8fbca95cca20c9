/** What the commands that run benchmarks have in common. */
import { join } from 'node:path';
import { compilerFor, deviceSlug, type Compiler, type DeviceDescription } from '../../runtime/index.js';
import { widestArch } from '../pipeline/arch.js';
import { TuneError } from '../pipeline/error.js';
import { chooseDevice } from './devices.js';

export interface BenchPlace {
  readonly device: DeviceDescription;
  readonly compiler: Compiler;
  /** Folder of our winners. */
  readonly results: string;
  readonly out: string;
}

interface RawPlace {
  readonly device?: string;
  readonly results?: string;
  readonly out?: string;
}

/** @throws TuneError, ToolMissing */
export async function benchPlace(raw: RawPlace): Promise<BenchPlace> {
  for (const option of ['results', 'out'] as const) {
    if (raw[option]?.trim() === '') throw new TuneError(`Expected a folder for --${option} but received ""`);
  }
  const { device, warning } = await chooseDevice(raw.device);
  if (warning !== undefined) process.stderr.write(`gqs-tune: ${warning}\n`);
  const results = raw.results ?? join('results', deviceSlug(device.name));
  const compiler = await compilerFor(widestArch(device.target));
  return { device, compiler, results, out: raw.out ?? results };
}

/** The value of an option that takes one where its parser takes a list. @throws TuneError */
export function single<T>(option: string, text: string, values: readonly T[]): T {
  const [value, ...others] = values;
  if (value !== undefined && others.length === 0) return value;
  throw new TuneError(`Expected one value for ${option} but received "${text}"`);
}

export function sayLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Names the files; a benchmark that measured nothing has failed. Returns the exit status. */
export function benchStatus(
  files: readonly string[],
  measured: number,
  failures: readonly { readonly reason: string }[],
): number {
  for (const path of files) sayLine(path);
  if (measured > 0) return 0;
  process.stderr.write(
    `gqs-tune: nothing was measured; the first reason: ${failures[0]?.reason ?? 'there was nothing to measure'}\n`,
  );
  return 1;
}
