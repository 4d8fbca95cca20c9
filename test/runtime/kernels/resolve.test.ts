import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { defaultVariant, type Problem, type Variant } from '../../../generator/index.js';
import { resolveVariant, WinnersError } from '../../../runtime/index.js';
import { everyIsa, problem, variant } from '../../generator/cpu/samples.js';
import { scratchDirectory, type Teardown } from '../../support/paths.js';

const other: Variant = { ...variant, unroll: 1 };

/** A folder of results with these winners. */
function resultsWith(t: Teardown, winners: readonly { problem: unknown; variant: unknown }[]): string {
  const folder = scratchDirectory(t);
  writeFileSync(join(folder, 'winners.json'), JSON.stringify({ schemaVersion: 1, device: 'any', winners }));
  return folder;
}

const sparse = (density: number): Problem => ({ ...problem, density });

test('the winner of the very problem', async (t) => {
  const folder = resultsWith(t, [
    { problem: sparse(0.4), variant: other },
    { problem, variant },
  ]);
  const resolved = await resolveVariant(problem, everyIsa, folder);
  t.is(resolved.source, 'winner');
  t.deepEqual(resolved.variant, variant);
  t.regex(resolved.reason, /winners\.json/);
});

test('else that of the nearest density, never that of another shape or format', async (t) => {
  const folder = resultsWith(t, [
    { problem: sparse(1), variant: other },
    { problem: sparse(0.7), variant },
    { problem: { ...problem, n: 8192 }, variant: other },
    { problem: { ...problem, bits: 8 }, variant: other },
    { problem: { ...problem, groupsPerScale: 2 }, variant: other },
  ]);
  const resolved = await resolveVariant(problem, everyIsa, folder);
  t.is(resolved.source, 'nearest');
  t.deepEqual(resolved.variant, variant);
  t.regex(resolved.reason, /density 0\.7/);
});

test('else the default: without a file, for another problem, or when this machine cannot run the winner', async (t) => {
  const portable = { ...everyIsa, isas: ['portable'] } as const;
  const untuned = scratchDirectory(t);
  const foreign = resultsWith(t, [
    { problem: { ...problem, n: 8192 }, variant },
    { problem, variant: { ...variant, isa: 'sparc' } },
    { problem: 'none', variant },
  ]);
  for (const [folder, target] of [
    [untuned, everyIsa],
    [foreign, everyIsa],
    [resultsWith(t, [{ problem, variant }]), portable],
  ] as const) {
    const resolved = await resolveVariant(problem, target, folder);
    t.is(resolved.source, 'default');
    t.deepEqual(resolved.variant, defaultVariant(problem, target));
    t.regex(resolved.reason, /^untuned/);
  }
});

test('a winners.json that is none is an error that names it', async (t) => {
  for (const text of ['', '{', '[]', '{"schemaVersion":2,"winners":[]}', '{"schemaVersion":1}']) {
    const folder = scratchDirectory(t);
    const path = join(folder, 'winners.json');
    writeFileSync(path, text);
    const error = await t.throwsAsync(resolveVariant(problem, everyIsa, folder), {
      instanceOf: WinnersError,
    });
    t.is(error.path, path);
    t.true(error.message.includes(path));
  }
  const folder = scratchDirectory(t);
  mkdirSync(join(folder, 'winners.json'));
  await t.throwsAsync(resolveVariant(problem, everyIsa, folder), {
    instanceOf: WinnersError,
    message: /Expected to read .*EISDIR/,
  });
});
