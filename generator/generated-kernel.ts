import type { KernelManifest } from './manifest.js';

/** Source text and the contract with whoever compiles and launches it. */
export interface GeneratedKernel {
  /** Name for the source file, unique per kernel: `gqs_row_split_w4g16m1_<hash>.cu` or `.cpp`. */
  readonly fileName: string;
  readonly source: string;
  readonly manifest: KernelManifest;
}

/** A combination of traits and parameters that cannot be generated. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
}
