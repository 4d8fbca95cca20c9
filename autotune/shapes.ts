/** Shapes as typed on the command line. */
import type { LayerShape } from './layers.js';
import { ProblemError } from './problem-error.js';

const form = 'NxK pairs such as 4096x4096,22016x4096, N up to 99999999 and K up to 9999999,';

/** Parses `4096x4096,22016x4096`: output by input channels. Throws ProblemError. */
export function parseShapes(text: string): LayerShape[] {
  const shapes = text.split(',').map((part) => parseShape(part.trim(), text));
  return [...new Map(shapes.map((shape) => [shape.name, shape])).values()];
}

function parseShape(part: string, text: string): LayerShape {
  const match = /^([1-9]\d{0,7})[x×]([1-9]\d{0,6})$/i.exec(part);
  if (match === null) {
    const whole = part === text.trim() ? '' : ` in "${text}"`;
    throw new ProblemError('--shapes', `Expected ${form} for --shapes but received "${part}"${whole}`);
  }
  const [n, k] = [Number(match[1]), Number(match[2])];
  return { name: `${n}x${k}`, n, k };
}
