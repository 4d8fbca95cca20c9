/** Run in a process of its own: `node wild-kernel.js ID PTX` launches a kernel that writes out of bounds; prints the error as JSON. */
import { DeviceError, openDevice } from '../../runtime/index.js';

const [id, path] = process.argv.slice(2) as [string, string];
const device = openDevice(id);
const stream = device.createStream();
const buffer = device.allocate(4);
const kernel = device.loadModule(path).kernel('wild');
stream.launch({ kernel, grid: 1, threads: 1, sharedBytes: 0, args: [{ buffer }], pdl: false });
try {
  await stream.synchronize();
  console.log('{}');
} catch (error) {
  if (!(error instanceof DeviceError)) throw error;
  const { call, code, sticky, message } = error;
  console.log(JSON.stringify({ call, code, sticky, message }));
}
device.close();
