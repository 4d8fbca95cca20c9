/** The linear layers that a transformer's decode step runs, with what shares an input fused into one. */

export interface LayerShape {
  /** `qkv`, `o`, `gate_up`, `down`, `fc1`, `fc2`, or the shape itself. */
  readonly name: string;
  /** Output channels. */
  readonly n: number;
  /** Input channels. */
  readonly k: number;
}

/** What the layers of one block follow from. The output head stays dense and is not here. */
export interface BlockShape {
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** gated: gate and up, then down (LLaMA, Qwen2). plain: fc1, then fc2 (OPT). */
  readonly mlp: 'gated' | 'plain';
}

export function blockLayers(block: BlockShape): LayerShape[] {
  const { hidden, intermediate, heads, keyValueHeads, headSize } = block;
  const attention = [
    { name: 'qkv', n: (heads + 2 * keyValueHeads) * headSize, k: hidden },
    { name: 'o', n: hidden, k: heads * headSize },
  ];
  const mlp =
    block.mlp === 'gated'
      ? [
          { name: 'gate_up', n: 2 * intermediate, k: hidden },
          { name: 'down', n: hidden, k: intermediate },
        ]
      : [
          { name: 'fc1', n: intermediate, k: hidden },
          { name: 'fc2', n: hidden, k: intermediate },
        ];
  return [...attention, ...mlp];
}
