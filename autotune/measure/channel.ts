/** One measuring process and the single request it may be working on. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildMessage, MeasureRequest } from './protocol.js';

export type ChannelEnd =
  | Exclude<ChildMessage, { kind: 'alive' }>
  /** No message for the time allowed between two; the process has been killed. */
  | { readonly kind: 'hung'; readonly candidate: number }
  | { readonly kind: 'died'; readonly candidate: number; readonly how: string };

const childPath = fileURLToPath(new URL('./child.js', import.meta.url));
/** What is kept of the process's standard error for messages, in characters. */
const keptStderr = 2000;

export class Channel {
  readonly #child: ChildProcess;
  #stderr = '';
  #died: string | undefined;

  constructor() {
    // Ctrl-C goes to the whole foreground group: a group of its own leaves the decision to the tuner.
    this.#child = fork(childPath, [], {
      serialization: 'advanced',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptStderr);
    });
    this.#child.once('error', (error) => (this.#died ??= error.message));
    this.#child.once('exit', (status, signal) => (this.#died ??= signal ?? `exit status ${status ?? 0}`));
  }

  get alive(): boolean {
    return this.#died === undefined;
  }

  /** Sends a request and waits for its end; kills the process when nothing is heard for `silenceMs`. */
  request(request: MeasureRequest, silenceMs: number): Promise<ChannelEnd> {
    const child = this.#child;
    return new Promise((resolve) => {
      let candidate = 0;
      const finish = (end: ChannelEnd): void => {
        clearTimeout(timer);
        child.off('message', onMessage).off('close', onClose);
        resolve(end);
      };
      const onSilence = (): void => {
        this.kill();
        finish({ kind: 'hung', candidate });
      };
      const onMessage = (message: unknown): void => {
        const said = message as ChildMessage;
        if (said.kind !== 'alive') {
          finish(said);
          return;
        }
        candidate = said.candidate;
        clearTimeout(timer);
        timer = setTimeout(onSilence, silenceMs);
      };
      const onClose = (): void => {
        finish({ kind: 'died', candidate, how: this.#howItDied() });
      };
      let timer = setTimeout(onSilence, silenceMs);
      if (!this.alive) {
        onClose();
        return;
      }
      child.on('message', onMessage).once('close', onClose);
      child.send(request, (error) => {
        if (error !== null) child.kill('SIGKILL');
      });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #howItDied(): string {
    const said = this.#stderr.trim().split('\n').at(-1) ?? '';
    return `${this.#died ?? 'it ended'}${said === '' ? '' : ` (${said})`}`;
  }
}
