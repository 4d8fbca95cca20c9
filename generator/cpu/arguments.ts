/** The arguments of CPU kernels: for the manifest, and as C++ for the template. */
import type { BufferRole, KernelArgument, ScalarRole } from '../manifest.js';
import type { KernelTraits } from '../problem.js';
import type { CpuVariant } from '../variant.js';
import { isaTraits } from './isa.js';

/** x of the kernel's activation type; y, bias and residual are float32. */
export function cpuArguments(traits: KernelTraits, variant: CpuVariant): KernelArgument[] {
  const { bias, residual } = epilogueParts(traits);
  const roles: BufferRole[] = ['x'];
  if (traits.activation === 'i8') roles.push('xScale');
  roles.push(...weightRoles(traits, variant));
  if (bias) roles.push('bias');
  if (residual) roles.push('residual');
  roles.push('y');
  const scalars: ScalarRole[] = ['n', 'k'];
  return [
    ...roles.map((role) => ({ kind: 'buffer', role, alignment: 4 }) as const),
    ...scalars.map((role) => ({ kind: 'scalar', role }) as const),
  ];
}

function weightRoles(traits: KernelTraits, variant: CpuVariant): BufferRole[] {
  if (variant.decomposition === 'dense_rows') return ['values'];
  const roles: BufferRole[] = ['values', 'meta', 'rowPtr'];
  if (variant.rowsPerBlock === 0) roles.push('tasks');
  if (needsRowConstants(traits, variant)) roles.push('rowConstants');
  return roles;
}

/** Whether a kernel's integer products are made of x + 128, which a constant per row corrects. */
export function needsRowConstants(traits: KernelTraits, variant: CpuVariant): boolean {
  return traits.activation === 'i8' && traits.bits !== 8 && isaTraits[variant.isa].offsetsX;
}

export function epilogueParts({ epilogue }: KernelTraits): { bias: boolean; residual: boolean } {
  return {
    bias: epilogue === 'bias' || epilogue === 'bias_residual',
    residual: epilogue === 'residual' || epilogue === 'bias_residual',
  };
}

/** Element types of the buffers whose type does not depend on the kernel. */
const bufferTypes: Partial<Record<BufferRole, string>> = {
  xScale: 'const float*',
  meta: 'const uint8_t*',
  rowPtr: 'const uint32_t*',
  tasks: 'const uint32_t*',
  rowConstants: 'const float*',
  bias: 'const float*',
  residual: 'const float*',
  y: 'float*',
};

/** One local variable of the kernel's entry point. */
export interface ArgumentView {
  readonly index: number;
  readonly name: string;
  readonly type: string;
}

/** `xType` and `valueType`: C++ types of the elements of x and of the weights. */
export function argumentViews(
  args: readonly KernelArgument[],
  xType: string,
  valueType: string,
): ArgumentView[] {
  const own: Partial<Record<BufferRole, string>> = { x: `const ${xType}*`, values: `const ${valueType}*` };
  return args.map((argument, index) => ({
    index,
    name: snakeCase(argument.role),
    type: argument.kind === 'scalar' ? 'uint32_t' : (own[argument.role] ?? bufferTypes[argument.role]!),
  }));
}

function snakeCase(role: string): string {
  return role.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
