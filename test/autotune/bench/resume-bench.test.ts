import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { benchSchema, type BenchFile, type ContestSetup } from '../../../autotune/bench/bench-file.js';
import { earlierBench } from '../../../autotune/bench/earlier-bench.js';
import { ResultsError } from '../../../autotune/results/error.js';
import { scratchDirectory } from '../../support/paths.js';
import { benchFile, contestSetup, measurement } from './bench-fixture.js';
import { gqsTune, rejected } from './gqs-tune.js';

const shape = { n: 4096, k: 4096, m: 1 };

function folderWith(t: Parameters<typeof scratchDirectory>[0], text: string): string {
  const folder = scratchDirectory(t);
  writeFileSync(join(folder, 'bench-gemv.json'), text);
  return folder;
}

test('what was measured is kept; what failed is tried again, unless nobody asks for it', async (t) => {
  const file = benchFile();
  const elsewhere = { contender: 'Marlin', shape: { ...shape, m: 16 }, reason: 'it hangs' };
  const failures = [...file.failures, elsewhere];
  const folder = folderWith(t, JSON.stringify({ ...file, failures }));
  t.deepEqual(await earlierBench(folder, contestSetup, [shape]), { ...file, failures: [elsewhere] });
});

test('where nothing lies a comparison starts anew', async (t) => {
  t.is(await earlierBench(scratchDirectory(t), contestSetup, [shape]), undefined);
});

const others: readonly (readonly [change: Partial<ContestSetup>, message: RegExp])[] = [
  [{ device: 'NVIDIA B' }, /differs in device \("NVIDIA Test <GPU>" there, "NVIDIA B" now\)\. Run with/],
  [{ driver: null }, /driver \("560\.35" there, null now\)/],
  [{ compiler: 'nvcc 13' }, /compiler \("nvcc V12\.8\.61" there, "nvcc 13" now\)/],
  [{ samples: 21 }, /samples \(31 there, 21 now\)/],
  [{ sampleUs: 500 }, /sampleUs \(2000 there, 500 now\)/],
  [{ density: 0.7, rows: 'skewed' }, /density \(0\.5 there, 0\.7 now\); rows \("even" there, "skewed" now\)/],
];
for (const [change, message] of others) {
  test(`another setup is refused: ${Object.keys(change).join(', ')}`, async (t) => {
    const folder = folderWith(t, JSON.stringify(benchFile()));
    const asked = earlierBench(folder, { ...contestSetup, ...change }, [shape]);
    const error = await t.throwsAsync(asked, { instanceOf: ResultsError, message });
    t.regex(error.message, /or without --resume to start over\.$/);
  });
}

const text = JSON.stringify(benchFile());
const unreadable: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  'that was cut off': [text.slice(0, 200), /bench-gemv\.json but received no JSON .* move it away/],
  'that is empty': ['', /received an empty file/],
  'of another schema version': ['{ "schemaVersion": 1 }', /Expected schema version 2 .* but received 1/],
  'that lacks what it should have': ['{ "schemaVersion": 2 }', /bench-gemv\.json but at kind: /],
  'whose times are of no run': [
    JSON.stringify({ ...benchFile(), measurements: [measurement('a', 1, { run: 3 })] }),
    /at measurements: expected the index of one of the runs/,
  ],
};
for (const [name, [content, message]] of Object.entries(unreadable)) {
  test(`a file ${name} is refused`, async (t) => {
    const asked = earlierBench(folderWith(t, content), contestSetup, [shape]);
    await t.throwsAsync(asked, { instanceOf: ResultsError, message });
  });
}

const small = ['bench', '--device', 'cpu', '--samples', '3', '--resume'] as const;

test('a file of another device is refused before anything is measured', async (t) => {
  const out = folderWith(t, text);
  await rejected.exec(t, [...small, '--out', out], /device \("NVIDIA Test <GPU>" there, /);
  t.is(readFileSync(join(out, 'bench-gemv.json'), 'utf8'), text);
});

test('a comparison goes on where it was ended, and says which run measured what', async (t) => {
  const folder = scratchDirectory(t);
  const path = join(folder, 'bench-gemv.json');
  const read = (): BenchFile => benchSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const bench = async (...more: string[]): Promise<string> => {
    const run = await gqsTune(t, [...small, '--out', folder, ...more], folder);
    t.is(run.status, 0, run.stderr);
    return run.stdout;
  };
  await bench('--shapes', '256x512');
  const whole = read();
  t.is(whole.measurements.length, 5);

  // As a run leaves it that loses one product and is then ended.
  const [lost, ...kept] = whole.measurements;
  const { contender, n, k, m } = lost!;
  const failures = [{ contender, shape: { n, k, m }, reason: 'it crashed' }];
  const runs = [{ ...whole.runs[0]!, finished: false }];
  writeFileSync(path, JSON.stringify({ ...whole, runs, measurements: kept, failures }));
  const said = await bench('--shapes', '256x512,512x256');
  const continued = read();
  t.deepEqual(continued.measurements.slice(0, 4), kept);
  t.deepEqual(
    continued.measurements.slice(4).map((one) => [one.contender, one.n, one.run]),
    [contender, ...whole.measurements.map((one) => one.contender)].map((name, i) => [
      name,
      i === 0 ? 256 : 512,
      1,
    ]),
  );
  t.is(said.split('256 x 512').length, 2);
  t.deepEqual(
    continued.failures.map((failure) => failure.contender),
    ['GPU peers'],
  );
  t.deepEqual(continued.runs[0], runs[0]);
  t.true(continued.runs[1]!.finished);
  t.regex(continued.runs[1]!.command, /--resume .* --shapes 256x512,512x256$/);
  t.regex(readFileSync(join(folder, 'bench-gemv.md'), 'utf8'), /Measured in 2 runs:\n\n- 4 .*\n- 6 /);

  // Nothing is left to do: the file stays as it is.
  await bench('--shapes', '512x256');
  t.deepEqual(read(), continued);

  const other = await gqsTune(t, [...small, '--out', folder, '--density', '0.7'], folder);
  t.is(other.status, 1);
  t.regex(other.stderr, /density \(0\.5 there, 0\.7 now\)/);
  t.deepEqual(read(), continued);
});
