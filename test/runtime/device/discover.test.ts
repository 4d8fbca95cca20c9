import { fileURLToPath } from 'node:url';
import test from 'ava';
import { cpuIsas } from '../../../generator/index.js';
import { discoverDevices } from '../../../runtime/index.js';
import { runCommand } from '../../support/run-command.js';

const cli = fileURLToPath(new URL('../../../runtime/cli.js', import.meta.url));
const gqs = (...args: string[]) => runCommand(process.execPath, [cli, ...args]);

test('the CPU is always found, last, with facts that can be', (t) => {
  const { devices } = discoverDevices();
  const cpu = devices.at(-1)!;
  t.is(cpu.id, 'cpu');
  t.true(cpu.name.length > 0);
  if (cpu.target.kind !== 'cpu') throw new Error('Expected a CPU target');
  t.is(cpu.target.isas[0], 'portable');
  t.deepEqual(cpu.target.isas, cpuIsas.slice(0, cpu.target.isas.length));
  t.true(cpu.target.cores >= 1 && cpu.processors === cpu.target.cores);
  t.true(cpu.target.llcBytes >= cpu.target.l2Bytes / 2 && cpu.memoryBytes > cpu.target.llcBytes);
});

test('GPUs are found, or their absence is explained with a remedy', (t) => {
  const { devices, missing } = discoverDevices();
  if (devices.some((device) => device.kind === 'cuda')) {
    t.is(devices[0]!.id, 'cuda:0');
    t.deepEqual(missing, []);
  } else {
    t.is(missing.length, 1);
    t.regex(missing[0]!.what, /NVIDIA driver/);
    t.regex(missing[0]!.remedy, /install the NVIDIA driver|nvidia-smi/);
  }
});

test('gqs devices describes them as text and as JSON', async (t) => {
  const [text, json] = await Promise.all([gqs('devices'), gqs('devices', '--json')]);
  const { devices, missing } = discoverDevices();
  t.is(text.status, 0, text.stderr);
  for (const device of devices) t.true(text.stdout.includes(`${device.id.padEnd(7)} ${device.name}`));
  for (const { what, remedy } of missing) t.true(text.stdout.includes(`${what}\n    remedy: ${remedy}`));
  const parsed = JSON.parse(json.stdout) as { devices: unknown; missing: unknown[] };
  t.deepEqual(parsed.devices, JSON.parse(JSON.stringify(devices)));
  t.true(parsed.missing.length >= missing.length);
});

test('gqs devices names missing compilers with the remedy', async (t) => {
  const env = { ...process.env, CXX: '/nowhere/c++' };
  const run = await runCommand(process.execPath, [cli, 'devices'], { env });
  t.is(run.status, 0, run.stderr);
  t.regex(run.stdout, /Missing[^]*CXX=\/nowhere\/c\+\+[^]*remedy: install g\+\+/);
});

test('unknown options and commands give one clear error and status 1', async (t) => {
  const option = await gqs('devices', '--colour');
  t.is(option.status, 1);
  t.regex(option.stderr, /unknown option '--colour'/);
  const command = await gqs('device');
  t.is(command.status, 1);
  t.regex(command.stderr, /unknown command 'device'/);
  t.is((await gqs('devices', '--help')).status, 0);
});
