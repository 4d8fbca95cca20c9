/**
 * Measures candidates in a process of its own, so that one that hangs, crashes or breaks the device ends that process
 * and not the run: it is restarted, the problem is prepared again, and the others go on.
 */
import { problemName } from '../../generator/index.js';
import type { DeviceDescription } from '../../runtime/index.js';
import { Channel, type ChannelEnd } from './channel.js';
import { MeasureError } from './error.js';
import type {
  Candidate,
  MeasureAnswers,
  MeasureFailure,
  MeasureRequest,
  PreparedProblem,
  TimeResult,
  TimingProtocol,
  VerifyResult,
} from './protocol.js';

export interface SupervisorOptions {
  /** Milliseconds that a candidate may run without a sign of life before it counts as hung. */
  readonly candidateTimeoutMs?: number;
  /** Milliseconds for opening the device, and for preparing a problem. */
  readonly setupTimeoutMs?: number;
}

export class MeasureProcess {
  readonly #device: string;
  readonly #candidateTimeoutMs: number;
  readonly #setupTimeoutMs: number;
  #channel: Channel | undefined;
  #problem: PreparedProblem | undefined;
  #prepared = false;
  #description: DeviceDescription | undefined;
  #closed = false;
  #restarts = -1;

  constructor(device: string, options: SupervisorOptions = {}) {
    this.#device = device;
    this.#candidateTimeoutMs = options.candidateTimeoutMs ?? 20_000;
    this.#setupTimeoutMs = options.setupTimeoutMs ?? 180_000;
  }

  /** How often the process had to be started again. */
  get restarts(): number {
    return Math.max(0, this.#restarts);
  }

  /** @throws MeasureError */
  async open(): Promise<DeviceDescription> {
    await this.#ready();
    return this.#description!;
  }

  /** Measures the device's memory bandwidth in bytes per second. @throws MeasureError */
  async bandwidth(): Promise<number> {
    await this.#ready();
    return (await this.#setUp({ kind: 'bandwidth' })) as MeasureAnswers['bandwidth'];
  }

  /** Makes the data of a problem: weights, x and reference from its seed. @throws MeasureError */
  async prepare(prepared: PreparedProblem): Promise<void> {
    this.#problem = prepared;
    this.#prepared = false;
    await this.#ready();
  }

  /** Runs a candidate on fresh data against the float64 reference. @throws MeasureError */
  async verify(candidate: Candidate): Promise<VerifyResult> {
    const end = await this.#ask({ kind: 'verify', candidate });
    return end.kind === 'answer' ? (end.value as MeasureAnswers['verify']) : blame(end);
  }

  /**
   * Times candidates, interleaved. One that hangs or crashes fails by itself; the others are timed without it.
   * The answer has one result per candidate, in their order. @throws MeasureError
   */
  async time(candidates: readonly Candidate[], protocol: TimingProtocol): Promise<TimeResult[]> {
    const results = new Map<number, TimeResult>();
    for (;;) {
      const left = candidates.map((_, index) => index).filter((index) => !results.has(index));
      if (left.length === 0) break;
      const request = {
        kind: 'time',
        candidates: left.map((index) => candidates[index]!),
        protocol,
      } as const;
      const end = await this.#ask(request);
      if (end.kind === 'answer') {
        (end.value as MeasureAnswers['time']).forEach((result, at) => results.set(left[at]!, result));
      } else {
        results.set(left[end.candidate]!, blame(end));
      }
    }
    return candidates.map((_, index) => results.get(index)!);
  }

  /** Ends the process at once, whatever it is doing. */
  close(): void {
    this.#closed = true;
    this.#channel?.kill();
    this.#channel = undefined;
  }

  async #ask(request: MeasureRequest): Promise<Exclude<ChannelEnd, { kind: 'error' }>> {
    const channel = await this.#ready();
    const end = await channel.request(request, this.#candidateTimeoutMs);
    this.#requireOpen();
    if (end.kind === 'error') throw this.#failed(request, end);
    if (end.kind !== 'answer') this.#drop();
    return end;
  }

  /** A process with the device open and the problem prepared. */
  async #ready(): Promise<Channel> {
    this.#requireOpen();
    if (this.#channel?.alive !== true) {
      this.#drop();
      this.#channel = new Channel();
      this.#restarts += 1;
      this.#description = (await this.#setUp({
        kind: 'open',
        device: this.#device,
      })) as MeasureAnswers['open'];
    }
    if (!this.#prepared && this.#problem !== undefined) {
      await this.#setUp({ kind: 'prepare', ...this.#problem });
      this.#prepared = true;
    }
    return this.#channel;
  }

  async #setUp(request: MeasureRequest): Promise<unknown> {
    const end = await this.#channel!.request(request, this.#setupTimeoutMs);
    this.#requireOpen();
    if (end.kind === 'answer') return end.value;
    throw this.#failed(request, end);
  }

  #failed(request: MeasureRequest, end: Exclude<ChannelEnd, { kind: 'answer' }>): MeasureError {
    this.#drop();
    return new MeasureError(
      this.#device,
      `Expected to ${describe(request)} on ${this.#device} but ${howItEnded(end)}`,
    );
  }

  #drop(): void {
    this.#channel?.kill();
    this.#channel = undefined;
    this.#prepared = false;
  }

  #requireOpen(): void {
    if (this.#closed) throw new MeasureError(this.#device, `measuring on ${this.#device} was ended`);
  }
}

function blame(end: Exclude<ChannelEnd, { kind: 'answer' | 'error' }>): MeasureFailure {
  return { ok: false, invalidity: end.kind === 'hung' ? 'timeout' : 'runtime', message: howItEnded(end) };
}

function describe(request: MeasureRequest): string {
  switch (request.kind) {
    case 'open':
      return 'measure';
    case 'bandwidth':
      return 'measure the memory bandwidth';
    case 'prepare':
      return `prepare ${problemName(request.problem)}`;
    case 'verify':
      return `verify ${request.candidate.manifest.name}`;
    case 'time':
      return `time ${request.candidates.map(({ manifest }) => manifest.name).join(', ')}`;
  }
}

function howItEnded(end: Exclude<ChannelEnd, { kind: 'answer' }>): string {
  switch (end.kind) {
    case 'error':
    case 'broken':
      return `received "${end.message}"`;
    case 'hung':
      return 'it gave no sign of life within its time limit';
    case 'died':
      return `the measuring process ended with ${end.how}`;
  }
}
