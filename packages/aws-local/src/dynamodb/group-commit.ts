/**
 * Group commit: writes are decided in memory, one after the other, against all earlier decisions. The writes decided
 * during a flush form the next batch. A batch, and so each write in it, is atomic across a kill.
 * Does not: survive a power failure, since the batch reaches the operating system and not the disk.
 */
import type { Level, Write } from './dynalite.ts';

export interface GroupCommit {
  /** The newest value, whether or not it is on disk. */
  read(key: string): unknown;
  stage(writes: readonly Write[]): void;
  /** Resolves once all staged writes are on disk. If a flush fails, it rejects, and the staged writes are discarded. */
  settled(): Promise<void>;
}

type Group = Map<string, Write>;

export function groupCommit(level: Level): GroupCommit {
  let queued: Group = new Map();
  let flushing: Group = new Map();
  let currentFlush: Promise<void> | undefined;
  let nextFlush: Promise<void> | undefined;

  const flush = async () => {
    flushing = queued;
    queued = new Map();
    try {
      await level.batch([...flushing.values()]);
    } catch (error) {
      // Writes that were decided after the failed batch depend on it and are discarded too.
      queued = new Map();
      throw error;
    } finally {
      flushing = new Map();
    }
  };

  const flushNext = async () => {
    try {
      await currentFlush;
    } finally {
      nextFlush = undefined;
    }
    currentFlush = flush().finally(() => {
      currentFlush = undefined;
    });
    await currentFlush;
  };

  return {
    read(key) {
      const write = queued.get(key) ?? flushing.get(key);
      if (!write) return level.getSync(key);
      return write.type === 'put' ? write.value : undefined;
    },
    stage(writes) {
      for (const write of writes) queued.set(write.key, write);
    },
    settled() {
      if (queued.size > 0) nextFlush ??= flushNext();
      return nextFlush ?? currentFlush ?? Promise.resolve();
    },
  };
}
