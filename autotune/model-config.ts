/** Reads the layers of a Hugging Face `config.json`. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { blockLayers, type BlockShape, type LayerShape } from './layers.js';
import { ProblemError } from './problem-error.js';

const size = z
  .int()
  .min(1)
  .max(2 ** 20);

const gatedSchema = z
  .object({
    hidden_size: size,
    intermediate_size: size,
    num_attention_heads: size,
    num_key_value_heads: size.nullish(),
    head_dim: size.nullish(),
  })
  .transform((config, context): BlockShape => {
    const heads = config.num_attention_heads;
    const block = {
      hidden: config.hidden_size,
      intermediate: config.intermediate_size,
      heads,
      mlp: 'gated',
    } as const;
    const headSize = config.head_dim ?? evenHeadSize(config.hidden_size, heads, context);
    return { ...block, keyValueHeads: config.num_key_value_heads ?? heads, headSize };
  });

const optSchema = z
  .object({ hidden_size: size, ffn_dim: size, num_attention_heads: size })
  .transform((config, context): BlockShape => {
    const heads = config.num_attention_heads;
    const headSize = evenHeadSize(config.hidden_size, heads, context);
    const block = { hidden: config.hidden_size, intermediate: config.ffn_dim, heads, mlp: 'plain' } as const;
    return { ...block, keyValueHeads: heads, headSize };
  });

const architectures = {
  LlamaForCausalLM: gatedSchema,
  Qwen2ForCausalLM: gatedSchema,
  OPTForCausalLM: optSchema,
} as const;
const known = Object.keys(architectures) as (keyof typeof architectures)[];

const namedSchema = z.object({ architectures: z.array(z.string()).min(1) });

/** The linear layers of the model whose config.json is at `path`. Throws ProblemError. */
export async function readModelLayers(path: string): Promise<LayerShape[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ProblemError(path, unreadable(path, cause as NodeJS.ErrnoException), cause);
  }
  return parseModelLayers(path, text);
}

function unreadable(path: string, { code, message }: NodeJS.ErrnoException): string {
  const expected = 'Expected the config.json of a model for --model but';
  if (code === 'ENOENT') {
    const named = path === '' ? 'file without a name' : path;
    return `${expected} there is no ${named}. Check the path, or name the shapes with --shapes.`;
  }
  if (code === 'EISDIR') return `${expected} ${path} is a folder. Name the config.json in it.`;
  return `${expected} could not read ${path}: ${message}. Check the path and its permissions.`;
}

/** The linear layers of the model with this config; `path` is for messages. Throws ProblemError. */
export function parseModelLayers(path: string, text: string): LayerShape[] {
  const config = parseConfig(path, text);
  const named = namedSchema.safeParse(config);
  const found = named.success ? named.data.architectures : [];
  const architecture = known.find((name) => found.includes(name));
  if (architecture === undefined) {
    const received = found.length === 0 ? 'no "architectures"' : found.join(', ');
    throw new ProblemError(
      path,
      `Expected an architecture among ${known.join(', ')} in ${path} but received ${received}. Name the shapes with --shapes instead.`,
    );
  }
  const parsed = architectures[architecture].safeParse(config);
  if (parsed.success) return blockLayers(parsed.data);
  const issues = parsed.error.issues.map(({ path: place, message }) => `${place.join('.')}: ${message}`);
  throw new ProblemError(
    path,
    `Expected the config of a ${architecture} in ${path} but received ${issues.join('; ')}. Fetch the file again, or name the shapes with --shapes.`,
    parsed.error,
  );
}

function parseConfig(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProblemError(
      path,
      `Expected JSON in ${path} but received ${text.length} characters that are none: ${(cause as Error).message}. Is the file truncated? Fetch it again.`,
      cause,
    );
  }
}

function evenHeadSize(hidden: number, heads: number, context: z.RefinementCtx): number {
  if (hidden % heads === 0) return hidden / heads;
  context.addIssue({
    code: 'custom',
    path: ['num_attention_heads'],
    message: `expected a divisor of hidden_size ${hidden} but received ${heads}`,
  });
  return z.NEVER;
}
