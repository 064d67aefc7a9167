/**
 * The one way to the disk: writes are decided one after the other, in memory, against everything decided before them; what was decided
 * while the disk was busy goes to it as one batch. A batch is whole after a kill or not there at all, and so is each write in it.
 * Does not: survive a loss of power (the batch reaches the operating system, not the platter).
 */
import type { Level, Write } from './dynalite.ts';

export interface GroupCommit {
  /** The newest value, be it on disk yet or not. */
  read(key: string): unknown;
  stage(writes: readonly Write[]): void;
  /** Resolves when all that is staged is on disk; rejects when it can't be, and then none of it counts. */
  settled(): Promise<void>;
}

type Group = Map<string, Write>;

export function groupCommit(level: Level): GroupCommit {
  let queued: Group = new Map();
  let flying: Group = new Map();
  let flight: Promise<void> | undefined;
  let following: Promise<void> | undefined;

  const fly = async () => {
    flying = queued;
    queued = new Map();
    try {
      await level.batch([...flying.values()]);
    } catch (error) {
      // Whatever was decided on top of the lost group is lost with it.
      queued = new Map();
      throw error;
    } finally {
      flying = new Map();
    }
  };

  const takeOff = async () => {
    try {
      await flight;
    } finally {
      following = undefined;
    }
    flight = fly().finally(() => {
      flight = undefined;
    });
    await flight;
  };

  return {
    read(key) {
      const write = queued.get(key) ?? flying.get(key);
      if (!write) return level.getSync(key);
      return write.type === 'put' ? write.value : undefined;
    },
    stage(writes) {
      for (const write of writes) queued.set(write.key, write);
    },
    settled() {
      if (queued.size > 0) following ??= takeOff();
      return following ?? flight ?? Promise.resolve();
    },
  };
}
