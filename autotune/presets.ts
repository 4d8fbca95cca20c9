/** Models whose layers can be tuned by name; sizes from the config.json published with each. */
import { blockLayers, type BlockShape, type LayerShape } from './layers.js';
import { ProblemError } from './problem-error.js';

const llama = { headSize: 128, mlp: 'gated' } as const;

const presets = {
  'llama-7b': { ...llama, hidden: 4096, intermediate: 11_008, heads: 32, keyValueHeads: 32 },
  'llama-13b': { ...llama, hidden: 5120, intermediate: 13_824, heads: 40, keyValueHeads: 40 },
  'llama-3-8b': { ...llama, hidden: 4096, intermediate: 14_336, heads: 32, keyValueHeads: 8 },
  'qwen2.5-7b': { ...llama, hidden: 3584, intermediate: 18_944, heads: 28, keyValueHeads: 4 },
  'opt-6.7b': {
    hidden: 4096,
    intermediate: 16_384,
    heads: 32,
    keyValueHeads: 32,
    headSize: 128,
    mlp: 'plain',
  },
} as const satisfies Readonly<Record<string, BlockShape>>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];

/** Throws ProblemError for a name that is not one of `presetNames`. */
export function presetLayers(name: string): LayerShape[] {
  const known = presetNames.find((preset) => preset === name);
  if (known === undefined) {
    throw new ProblemError(
      '--preset',
      `Expected one of ${presetNames.join(', ')} for --preset but received "${name}"`,
    );
  }
  return blockLayers(presets[known]);
}
