/** What the measuring process does: one device, one problem at a time. */
import type { KernelManifest } from '../../generator/index.js';
import {
  measureBandwidth,
  openDevice,
  randomGqsMatrix,
  type Device,
  type GqsMatrix,
} from '../../runtime/index.js';
import { timeInterleaved } from './interleave.js';
import { WeightCache } from './packed-weights.js';
import { ProblemData } from './problem-data.js';
import type { MeasureAnswers, MeasureRequest, PreparedProblem } from './protocol.js';
import { verifyCandidate } from './verify.js';

interface Prepared {
  readonly matrix: GqsMatrix;
  readonly seed: number;
  readonly weights: WeightCache;
  /** x and reference per kind of kernel: a dense baseline may take other activations than its problem. */
  readonly data: Map<string, ProblemData>;
}

/** Share of the device's memory that copies of weights may take. */
const weightShare = 0.3;

export class MeasureServer {
  readonly #alive: (candidate: number) => Promise<void>;
  #device: Device | undefined;
  #prepared: Prepared | undefined;

  constructor(alive: (candidate: number) => Promise<void>) {
    this.#alive = alive;
  }

  async handle(request: MeasureRequest): Promise<MeasureAnswers[keyof MeasureAnswers]> {
    switch (request.kind) {
      case 'open':
        this.#device = openDevice(request.device);
        return this.#device.description;
      case 'bandwidth':
        return measureBandwidth(this.#open());
      case 'prepare':
        this.#prepare(request);
        return undefined;
      case 'verify': {
        const data = this.#data(request.candidate.manifest);
        return verifyCandidate(this.#open(), request.candidate, data, this.#ready().seed, () =>
          this.#alive(0),
        );
      }
      case 'time': {
        const dataOf = (manifest: KernelManifest): ProblemData => this.#data(manifest);
        const { weights } = this.#ready();
        return timeInterleaved(
          this.#open(),
          request.candidates,
          dataOf,
          weights,
          request.protocol,
          this.#alive,
        );
      }
    }
  }

  #prepare({ problem, seed, rows }: PreparedProblem): void {
    const device = this.#open();
    this.#prepared?.weights.free();
    const { n, k, bits, groupSize, groupsPerScale, density } = problem;
    const matrix = randomGqsMatrix({ n, k, bits, groupSize, groupsPerScale, density, seed, rows });
    const weights = new WeightCache(device, matrix, device.description.memoryBytes * weightShare);
    this.#prepared = { matrix, seed, weights, data: new Map() };
  }

  #data({ traits }: KernelManifest): ProblemData {
    const { matrix, seed, data } = this.#ready();
    const key = JSON.stringify([traits.m, traits.activation, traits.output, traits.epilogue]);
    const known = data.get(key) ?? new ProblemData(traits, matrix, seed);
    data.set(key, known);
    return known;
  }

  #open(): Device {
    if (this.#device === undefined)
      throw new Error('Expected an open device but received a request before "open"');
    return this.#device;
  }

  #ready(): Prepared {
    if (this.#prepared === undefined)
      throw new Error('Expected a problem but received a request before "prepare"');
    return this.#prepared;
  }
}
