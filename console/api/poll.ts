/** A resource that is read again and again while a screen shows it. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { pollDelay } from '../view-models/polling.ts';
import { isTransient, type Problem, unreachable } from '../view-models/problem.ts';
import { serverNow } from './clock.ts';
import { Failure } from './http.ts';
import { idleSeconds } from './session.ts';

export interface Polled<T> {
  readonly data: T | null;
  /** When the data was read, by the server's clock. */
  readonly asOf: number | null;
  /** Why the last attempt failed; null if it did not. */
  readonly problem: Problem | null;
}

/** The failed polls by the time that their data is from: the page says it when any is stale. */
export const staleSince = signal<ReadonlyMap<object, number>>(new Map());

interface PollOptions<T> {
  readonly read: (signal: AbortSignal) => Promise<T>;
  /** Whether it changes soon: then it is read every 2 s rather than at the pace of an idle page. */
  readonly isActive: (data: T) => boolean;
}

export interface Poll<T> {
  readonly state: ReadonlySignal<Polled<T>>;
  readonly refresh: () => void;
  readonly stop: () => void;
}

/** Reads at once, then after each delay, and whenever the page becomes visible or the network comes back. */
class PollLoop<T> implements Poll<T> {
  readonly state = signal<Polled<T>>({ data: null, asOf: null, problem: null });
  readonly #options: PollOptions<T>;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReading = false;
  /** A refresh was asked for while a read was under way, which may have begun before the change. */
  #isDue = false;
  #failures = 0;
  #retryAfter: number | null = null;

  constructor(options: PollOptions<T>) {
    this.#options = options;
    document.addEventListener('visibilitychange', this.#onReturn);
    addEventListener('online', this.#onReturn);
    void this.#run();
  }

  readonly refresh = (): void => {
    this.#isDue = true;
    void this.#run();
  };

  readonly stop = (): void => {
    this.#abort.abort();
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#onReturn);
    removeEventListener('online', this.#onReturn);
    noteStaleness(this, null);
  };

  readonly #onReturn = (): void => {
    clearTimeout(this.#timer);
    if (document.visibilityState === 'visible') void this.#run();
  };

  async #run(): Promise<void> {
    if (this.#isReading || this.#abort.signal.aborted) return;
    this.#isReading = true;
    do {
      this.#isDue = false;
      await this.#read();
    } while (this.#isDue);
    this.#isReading = false;
    this.#schedule();
  }

  async #read(): Promise<void> {
    try {
      const data = await this.#options.read(this.#abort.signal);
      this.#failures = 0;
      this.#retryAfter = null;
      this.#note({ data, asOf: serverNow(), problem: null });
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failures += 1;
    this.#retryAfter = error instanceof Failure ? error.retryAfter : null;
    this.#note({ ...this.state.peek(), problem: error instanceof Failure ? error.problem : unreachable });
    if (!(error instanceof Failure)) console.error(error);
  }

  #note(next: Polled<T>): void {
    this.state.value = next;
    noteStaleness(this, next.problem && isTransient(next.problem) ? (next.asOf ?? 0) : null);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#abort.signal.aborted) return;
    const { data } = this.state.peek();
    const situation = {
      isActive: data !== null && this.#options.isActive(data),
      idleSeconds: idleSeconds.peek(),
      isVisible: document.visibilityState === 'visible',
      failures: this.#failures,
      retryAfter: this.#retryAfter,
    };
    const delay = pollDelay(situation, Math.random());
    if (delay !== null) this.#timer = setTimeout(() => void this.#run(), delay);
  }
}

/** Null: it is live. */
function noteStaleness(poll: object, asOf: number | null): void {
  const known = staleSince.peek();
  if (asOf === null ? !known.has(poll) : known.get(poll) === asOf) return;
  const next = new Map(known);
  if (asOf === null) next.delete(poll);
  else next.set(poll, asOf);
  staleSince.value = next;
}

/** Polls while the component is mounted; another `key`, which stands for the options, begins anew. */
export function usePoll<T>(key: string, options: PollOptions<T>): Poll<T> {
  const poll = useMemo(() => new PollLoop(options), [key]);
  useEffect(() => poll.stop, [poll]);
  return poll;
}
