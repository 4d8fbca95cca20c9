/** What the layout of the repository promises: imports run one way, folders meet at their index, tests all run. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import test from 'ava';
import { projectFiles } from './support/files.js';
import { projectPath } from './support/paths.js';

/** What each folder may import from, besides itself. */
const allowedImports: Readonly<Record<string, readonly string[]>> = {
  generator: [],
  runtime: ['generator'],
  autotune: ['generator', 'runtime'],
};
const folders = Object.keys(allowedImports);

interface Import {
  readonly file: string;
  /** Path from the project's root for a relative import; the bare name otherwise. */
  readonly target: string;
  readonly relative: boolean;
  /** `import type` and `export type`: gone when the program runs. */
  readonly typeOnly: boolean;
}

/** Static and dynamic imports and re-exports with a literal specifier. */
function importsOf(file: string, text: string): Import[] {
  const pattern = /(\b(?:import|export)\s+type\b[^'";]*)?(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\2/g;
  return [...text.matchAll(pattern)].map(([, type, , specifier = '']) => {
    const relative = specifier.startsWith('.');
    const target = relative ? posix.join(posix.dirname(file), specifier) : specifier;
    return { file, target, relative, typeOnly: type !== undefined };
  });
}

function read(file: string): string {
  return readFileSync(projectPath(file), 'utf8');
}

function topFolder(path: string): string {
  return path.split('/')[0] ?? '';
}

const sources = folders.flatMap((folder) => projectFiles(folder, ['.ts']));
const imports = sources.flatMap((file) => importsOf(file, read(file)));

test('importsOf finds static, type-only, side-effect, dynamic and re-exported specifiers', (t) => {
  const text = [
    `import { a } from './a.js';`,
    `import type { b } from "../b/b.js";`,
    `import 'side-effect';`,
    `const c = await import('./c.js');`,
    `export * from './d.js';`,
  ].join('\n');
  const found = importsOf('runtime/x/file.ts', text);
  t.deepEqual(
    found.map(({ typeOnly }) => typeOnly),
    [false, true, false, false, false],
  );
  t.deepEqual(
    found.map(({ target }) => target),
    ['runtime/x/a.js', 'runtime/b/b.js', 'side-effect', 'runtime/x/c.js', 'runtime/x/d.js'],
  );
});

test('there are sources to look at in every folder', (t) => {
  for (const folder of folders)
    t.true(
      sources.some((file) => topFolder(file) === folder),
      folder,
    );
  t.true(imports.some(({ relative }) => relative));
});

test('imports run one way: autotune to runtime to generator', (t) => {
  const wrong = imports.filter(({ file, target, relative }) => {
    if (!relative) return false;
    const from = topFolder(file);
    return topFolder(target) !== from && !allowedImports[from]!.includes(topFolder(target));
  });
  t.deepEqual(wrong, []);
});

test('a folder is used through its index only', (t) => {
  const wrong = imports.filter(({ file, target, relative }) => {
    if (!relative || topFolder(target) === topFolder(file)) return false;
    return target !== `${topFolder(target)}/index.js`;
  });
  t.deepEqual(wrong, []);
});

test('no import goes round in a circle when the program runs', (t) => {
  const next = new Map(sources.map((file) => [file, [] as string[]]));
  for (const { file, target, relative, typeOnly } of imports) {
    if (relative && !typeOnly) next.get(file)!.push(target.replace(/\.js$/, '.ts'));
  }
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (state.get(file) === 'done') return undefined;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file];
    state.set(file, 'open');
    for (const target of next.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle !== undefined) return circle;
    }
    state.set(file, 'done');
    return undefined;
  };
  for (const file of sources) t.is(visit(file, [])?.join(' -> '), undefined);
});

test('the generator is pure: no processes, clocks, threads or network', (t) => {
  const impure = ['child_process', 'worker_threads', 'net', 'http', 'https', 'dgram', 'perf_hooks', 'os'];
  const wrong = imports.filter(
    ({ file, target }) => topFolder(file) === 'generator' && impure.includes(target.replace(/^node:/, '')),
  );
  t.deepEqual(wrong, []);
  for (const file of projectFiles('generator', ['.ts'])) {
    t.notRegex(read(file), /\bDate\.now\(|\bnew Date\(|\bMath\.random\(|\bprocess\.env\b/, file);
  }
});

test('one file loads the native addon', (t) => {
  const loaders = sources.filter((file) => /gqs_native|createRequire|process\.dlopen/.test(read(file)));
  const addonLoaders = loaders.filter((file) => read(file).includes('.node'));
  t.true(addonLoaders.length <= 1, addonLoaders.join(', '));
  for (const file of addonLoaders) t.is(topFolder(file), 'runtime');
});

test('modules have named exports only', (t) => {
  const wrong = sources.filter(
    (file) => /^export default\b/m.test(read(file)) && !/worker/.test(posix.basename(file)),
  );
  t.deepEqual(wrong, []);
});

test('every test runs: none is singled out, and none is skipped without a reason', (t) => {
  const tests = projectFiles('test', ['.test.ts']).filter((file) => file !== 'test/structure.test.ts');
  t.true(tests.length > 0);
  for (const file of tests) {
    const text = read(file);
    t.notRegex(text, /\btest(?:\.serial)?\.(?:only|failing|todo)\b/, file);
    t.notRegex(text, /\btest(?:\.serial)?\.skip\(\s*['"`]/, `${file} skips a test unconditionally`);
  }
});

test('templates contain no helpers that compute and no triple braces', (t) => {
  const known = ['if', 'unless', 'each', 'with', 'else'];
  for (const file of projectFiles('templates', ['.hbs'])) {
    const text = read(file);
    t.notRegex(text, /\{\{\{|\}\}\}/, file);
    for (const [, name = ''] of text.matchAll(/\{\{~?#\s*([A-Za-z]+)/g))
      t.true(known.includes(name), `${file}: ${name}`);
  }
});

test('project files name no machine path', (t) => {
  const text = ['generator', 'runtime', 'autotune', 'templates', 'test'].flatMap((folder) =>
    projectFiles(folder, ['.ts', '.hbs', '.cuh', '.h', '.cc']),
  );
  for (const file of text.filter((name) => name !== 'test/structure.test.ts')) {
    t.notRegex(read(file), /\/home\/[a-z]|\/Users\/[A-Z]|[A-Z]:\\Users/i, file);
  }
});
