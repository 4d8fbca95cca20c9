/** Text that a template prints as it stands, wrapped as clang-format would. */

const lineWidth = 110;

/** A constant of the generated file. */
export interface Constant {
  readonly type: string;
  readonly name: string;
  readonly value: number | string;
  readonly note: string;
}

/** One definition per line; notes of neighbouring lines start in the same column. */
export function constantLines(constants: readonly Constant[]): string {
  const code = constants.map(({ type, name, value }) => `constexpr ${type} ${name} = ${value};`);
  return code.map((text, index) => text + alignedNote(constants, code, index)).join('\n');
}

function alignedNote(constants: readonly Constant[], code: readonly string[], index: number): string {
  const { note } = constants[index]!;
  if (note === '') return '';
  let first = index;
  let last = index;
  while (first > 0 && constants[first - 1]!.note !== '') first -= 1;
  while (last + 1 < constants.length && constants[last + 1]!.note !== '') last += 1;
  const width = Math.max(...code.slice(first, last + 1).map((text) => text.length));
  return `${' '.repeat(width - code[index]!.length)}  // ${note}`;
}

/** `symbol(type name, ...) {`, parameters filled into lines and aligned behind the parenthesis. */
export function signatureLines(symbol: string, parameters: readonly string[]): string {
  const start = `    ${symbol}(`;
  const indent = ' '.repeat(start.length);
  const lines: string[] = [];
  let line = start;
  parameters.forEach((parameter, index) => {
    const text = parameter + (index === parameters.length - 1 ? ') {' : ',');
    const separator = line === start || line === indent ? '' : ' ';
    if (line.length + separator.length + text.length > lineWidth) {
      lines.push(line);
      line = indent + text;
    } else {
      line += separator + text;
    }
  });
  return [...lines, line].join('\n');
}
