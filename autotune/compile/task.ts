/** What goes into the compile pool and what comes out. Plain data: errors thrown across a pool lose their class. */
import type { KernelManifest, KernelTraits, Variant } from '../../generator/index.js';
import type { Diagnostic, KernelResources } from '../../runtime/index.js';

export interface CompileTask {
  readonly traits: KernelTraits;
  readonly variant: Variant;
  /** 'sm_90' or a CPU instruction set. */
  readonly arch: string;
}

export interface CompileSettings {
  readonly cacheDirectory: string;
  /** Milliseconds for one compilation. */
  readonly timeoutMs: number;
}

export type CompileResult =
  | {
      readonly kind: 'compiled';
      readonly manifest: KernelManifest;
      readonly fileName: string;
      readonly binaryPath: string;
      readonly seconds: number;
      readonly cached: boolean;
      readonly resources?: KernelResources;
    }
  /** This variant cannot be had: the generator or the compiler rejects it. */
  | {
      readonly kind: 'failed';
      readonly invalidity: 'compile' | 'timeout';
      readonly message: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** No variant can be compiled: compiler missing, cache not writable. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'aborted' };
