/** `npm run lint:native`: fails when a C++ or CUDA file is not as clang-format would write it. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { projectFiles } from './files.js';
import { projectRoot } from './paths.js';

const checked = [
  { directory: 'runtime/native/src', endings: ['.h', '.cc'] },
  { directory: 'templates/cuda/include', endings: ['.cuh'] },
  { directory: 'templates/cpu/include', endings: ['.h'] },
  { directory: 'autotune/bench/peers', endings: ['.cuh', '.cu', '.cpp'] },
  { directory: 'test/simt', endings: ['.h', '.cc'] },
];

const files = checked.flatMap(({ directory, endings }) => projectFiles(directory, endings));
const { getNativeBinary } = createRequire(import.meta.url)('clang-format') as {
  getNativeBinary: () => string;
};
const unformatted = files.filter((file) => {
  const arguments_ = ['--dry-run', '-Werror', file];
  const { status, error } = spawnSync(getNativeBinary(), arguments_, { cwd: projectRoot, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status !== 0;
});

if (unformatted.length === 0) {
  console.log(`clang-format: all ${files.length} files are formatted`);
} else {
  console.error(
    `clang-format: ${unformatted.length} of ${files.length} files are not formatted; ` +
      `remedy: npx clang-format -i ${unformatted.join(' ')}`,
  );
  process.exitCode = 1;
}
