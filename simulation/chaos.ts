/**
 * Seeded faults. Every call that leaves a function passes through here: it takes time, may be lost on the way there
 * or on the way back, and the function itself may end at any of them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { VirtualTime } from './virtual-time.ts';

export type Service = 'table' | 'kms' | 'fleet' | 'mail' | 'bus' | 'states' | 'store';

/** Chances per call, from 0 to 1. */
export interface Rates {
  /** The request is lost. */
  readonly lost: number;
  /** The call succeeds, and the response is lost. */
  readonly unanswered: number;
  /** The function ends before the call, or right after it. */
  readonly crash: number;
  /** An event is lost, comes twice, or comes minutes late. */
  readonly event: number;
  /** A fleet operation is pending, completes partially, or fails. */
  readonly fleet: number;
  /** A call takes twelve times as long, or hangs for most of its function's timeout. */
  readonly slow: number;
  /** A transaction conflicts with another one. */
  readonly conflict: number;
}

export const calm: Rates = { lost: 0, unanswered: 0, crash: 0, event: 0, fleet: 0, slow: 0, conflict: 0 };

interface Process {
  ended: boolean;
  readonly end: () => void;
}

/** A new promise each time, since a shared one would keep every world that waits for it in memory. */
const never = (): Promise<never> => new Promise(() => undefined);

/** The longest duration of a call in milliseconds. */
const longestCallMs: Readonly<Record<Service, number>> = {
  table: 20,
  kms: 150,
  fleet: 4000,
  mail: 400,
  bus: 60,
  states: 60,
  store: 500,
};

/** The longest duration of a slow call in milliseconds. */
const longestHangMs = 45_000;

export interface Chaos {
  chance(): number;
  hits(rate: number): boolean;
  between(low: number, high: number): number;
  rates(): Rates;
  /** Sets the rates of later calls. */
  setRates(rates: Rates): void;
  /** Loses every call to the service until this time. */
  outage(service: Service, until: number): void;
  isOut(service: Service): boolean;
  /** Runs a function that may crash: its work never continues, and the result is `crashed`. */
  run<T>(work: () => Promise<T>, crashed: () => Error): Promise<T>;
  /** One call of the running function; throws `failure` if the request or the response is lost. */
  call<T>(service: Service, work: () => T | Promise<T>, failure: () => Error): Promise<T>;
}

/** Mulberry32 by Tommy Ettinger: deterministic on every machine. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function chaos(time: VirtualTime, seed: number): Chaos {
  const processes = new AsyncLocalStorage<Process>();
  const chance = seeded(seed);
  const outages = new Map<Service, number>();
  let rates = calm;
  const hits = (rate: number) => rate > 0 && chance() < rate;
  const isOut = (service: Service) => (outages.get(service) ?? 0) > time.millis();
  const mayEnd = (process: Process) => {
    if (!process.ended && hits(rates.crash)) process.end();
    return process.ended;
  };
  const delay = () => {
    if (!hits(rates.slow)) return 1;
    return hits(0.2) ? 500 : 12;
  };
  const arrive = (service: Service, failure: () => Error): void => {
    if (isOut(service) || hits(rates.lost)) throw failure();
  };
  /** Responses of the mail service are never lost, since a lost write of the notice (`table`) has the same effect. */
  const responseOf = <T>(service: Service, response: T, failure: () => Error): T => {
    if (service !== 'mail' && hits(rates.unanswered)) throw failure();
    return response;
  };
  return {
    chance,
    hits,
    isOut,
    between: (low, high) => low + chance() * (high - low),
    rates: () => rates,
    setRates: (next) => {
      rates = next;
    },
    outage: (service, until) => void outages.set(service, Math.max(until, outages.get(service) ?? 0)),
    run: (work, crashed) =>
      new Promise((resolve, reject) => {
        const process: Process = {
          ended: false,
          end: () => {
            process.ended = true;
            reject(crashed());
          },
        };
        processes.run(process, () => void work().then(resolve, reject));
      }),
    call: async (service, work, failure) => {
      const process = processes.getStore();
      if (!process) return work();
      if (mayEnd(process)) return never();
      await time.sleep(Math.min(longestHangMs, (1 + chance() * longestCallMs[service]) * delay()));
      if (process.ended) return never();
      arrive(service, failure);
      const response = await work();
      return mayEnd(process) ? never() : responseOf(service, response, failure);
    },
  };
}
