/** Applies deletions, expiries and rotations of keys when they are due, without a call. */
import { dueAt } from './lifecycle.ts';
import type { Change, KmsKey } from './records.ts';

export interface Scheduler {
  /** Schedules the due times of changed keys. */
  schedule(changes: readonly Change[]): void;
  close(): void;
}

export interface SchedulerOptions {
  readonly now: () => Date;
  readonly allKeys: () => Iterable<KmsKey>;
  /** Applies due changes to a key. */
  readonly update: (key: KmsKey) => void;
}

/** Bounds the effect of an adjusted clock, and is below the 24.8 days of Node's timers. */
const longestWaitMs = 60 * 60 * 1000;

/** First applies the changes that became due while KMS was closed. Does not keep the process alive. */
export function startScheduler({ now, allKeys, update }: SchedulerOptions): Scheduler {
  let timer: NodeJS.Timeout | undefined;
  let wakesAt = Infinity;

  function wakeAt(at: number): void {
    if (at >= wakesAt) return;
    wakesAt = at;
    clearTimeout(timer);
    timer = setTimeout(applyDueChanges, Math.min(Math.max(at - now().getTime(), 1), longestWaitMs)).unref();
  }

  function applyDueChanges(): void {
    wakesAt = Infinity;
    const due = now().getTime();
    for (const key of [...allKeys()]) if (dueAt(key) <= due) update(key);
    for (const key of allKeys()) wakeAt(dueAt(key));
  }

  applyDueChanges();
  return {
    schedule(changes) {
      for (const { table, value } of changes) if (table === 'keys' && value) wakeAt(dueAt(value));
    },
    close: () => clearTimeout(timer),
  };
}
