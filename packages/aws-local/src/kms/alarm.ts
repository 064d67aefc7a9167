/** Wakes KMS when time changes a key: deletions, expiries and rotations take effect, and are reported, uncalled. */
import { dueAt } from './lifecycle.ts';
import type { Change, KmsKey } from './records.ts';

export interface Alarm {
  /** Goes off for these changes too. */
  expect(changes: readonly Change[]): void;
  close(): void;
}

export interface AlarmOptions {
  readonly now: () => Date;
  readonly allKeys: () => Iterable<KmsKey>;
  /** Applies to a key what is due. */
  readonly settle: (key: KmsKey) => void;
}

/** Longer than any clock stays unadjusted, and shorter than the 24.8 days that a timer can wait. */
const longestWaitMs = 60 * 60 * 1000;

/** Starts by settling what became due while KMS was closed. Does not keep the process alive. */
export function startAlarm({ now, allKeys, settle }: AlarmOptions): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let wakesAt = Infinity;

  function set(at: number): void {
    if (at >= wakesAt) return;
    wakesAt = at;
    clearTimeout(timer);
    timer = setTimeout(ring, Math.min(Math.max(at - now().getTime(), 1), longestWaitMs)).unref();
  }

  function ring(): void {
    wakesAt = Infinity;
    const due = now().getTime();
    for (const key of [...allKeys()]) if (dueAt(key) <= due) settle(key);
    for (const key of allKeys()) set(dueAt(key));
  }

  ring();
  return {
    expect(changes) {
      for (const { table, value } of changes) if (table === 'keys' && value) set(dueAt(value));
    },
    close: () => clearTimeout(timer),
  };
}
