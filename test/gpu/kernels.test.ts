/**
 * Every decomposition x arithmetic x bits x group size on the device: odd shapes, empty rows, full rows, skewed
 * densities, canaries round every buffer, float64 reference. One kernel of each decomposition and arithmetic also
 * under compute-sanitizer, where it is installed.
 */
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { commandWorks, runCommand } from '../support/run-command.js';
import { findGpu } from './gpu.js';
import { caseName } from './kernel-case.js';
import { sweep } from './sweep.js';
import { verifyCases } from './verify-cases.js';

const found = findGpu();
if ('absent' in found) {
  test('no GPU: the sweep over all kernels is skipped, and still names kernels to test', (t) => {
    t.log(`skipped: ${found.absent}`);
    t.true(sweep(90).length > 300);
  });
} else {
  const kernels = sweep(found.target.computeCapability);

  test.serial(`${kernels.length} kernels are right on the device`, async (t) => {
    t.timeout(600_000);
    const worst = new Map<string, number>();
    let tried = 0;
    for await (const { kernel, verdict } of verifyCases(found, kernels)) {
      tried += 1;
      t.true(verdict.ok, `${caseName(kernel)}: ${verdict.ok ? '' : verdict.reason}`);
      if (!verdict.ok) continue;
      const { traits, variant } = kernel;
      const key = `${traits.activation} ${'math' in variant ? variant.math : variant.decomposition}`;
      worst.set(key, Math.max(worst.get(key) ?? 0, verdict.relativeError));
    }
    t.is(tried, kernels.length);
    for (const [key, error] of worst) t.log(`${key}: largest relative error ${error.toExponential(2)}`);
  });

  for (const tool of ['memcheck', 'racecheck', 'synccheck']) {
    test.serial(`compute-sanitizer ${tool} finds nothing in a kernel of each kind`, async (t) => {
      t.timeout(600_000);
      if (!(await commandWorks('compute-sanitizer', ['--version']))) {
        t.log('skipped: compute-sanitizer is not installed');
        t.false(await commandWorks('compute-sanitizer', ['--version']));
        return;
      }
      const program = fileURLToPath(new URL('run-sample.js', import.meta.url));
      const args = [
        '--tool',
        tool,
        '--report-api-errors',
        'no',
        '--target-processes',
        'application-only',
        '--error-exitcode',
        '9',
        process.execPath,
        program,
      ];
      const { status, stdout, stderr } = await runCommand('compute-sanitizer', args, { timeoutMs: 580_000 });
      const output = stdout + stderr;
      t.is(status, 0, output.slice(-4000));
      t.regex(output, /0 errors|0 hazards/);
      t.regex(output, /\d+ kernels verified/);
    });
  }
}
