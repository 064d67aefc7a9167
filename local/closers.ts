/** What to close, in an order that is right however things were opened, each within a time. */
import { setTimeout } from 'node:timers/promises';

/** First what starts work, then what does it, then what it needs. */
const phases = [
  'triggers',
  'workflows',
  'functions',
  'apps',
  'databases',
  'endpoint',
  'stores',
  'environment',
  'lock',
] as const;

interface Closing {
  readonly phase: (typeof phases)[number];
  /** As it is named when it does not close well. */
  readonly name: string;
  close(): Promise<unknown>;
  /** How long it may take before the next phase begins all the same. */
  readonly limitMs?: number;
}

export interface Closers {
  add(closing: Closing): void;
  /** Closes everything, once: phase by phase, and all of a phase at a time. Answers what did not close well. */
  closeAll(): Promise<string[]>;
}

const usualLimitMs = 5_000;

export function createClosers(): Closers {
  const open: Closing[] = [];
  let done: Promise<string[]> | undefined;
  const closeAll = async () => {
    const faults: string[] = [];
    for (const phase of phases) faults.push(...(await closePhase(open.filter((each) => each.phase === phase))));
    return faults;
  };
  return {
    add: (closing) => open.push(closing),
    closeAll: () => {
      done ??= closeAll();
      return done;
    },
  };
}

async function closePhase(closings: readonly Closing[]): Promise<string[]> {
  const faults = await Promise.all(closings.map(async (each) => [each.name, await faultOf(each)] as const));
  return faults.flatMap(([name, fault]) => (fault === null ? [] : [`${name}: ${fault}`]));
}

async function faultOf({ close, limitMs = usualLimitMs }: Closing): Promise<string | null> {
  const patience = new AbortController();
  const late = setTimeout(limitMs, `not closed after ${limitMs / 1000} s`, { signal: patience.signal }).catch(
    () => null,
  );
  const work = (async () => close())().then(
    () => null,
    (error) => String(error),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    patience.abort();
  }
}
