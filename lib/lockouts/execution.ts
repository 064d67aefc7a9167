/** Whether a lockout has the execution that it needs. */
import { log } from '#lib/log.ts';
import { isRecent } from '#lib/model/clock.ts';
import { executionName, type Lockout } from '#lib/model/lockout.ts';
import type { Needs, Workflows } from '#lib/model/ports.ts';

export type ExecutionDeps = Needs<'now'> & {
  /** Null except in a watch, which restarts executions that ended. */
  readonly isRunning: Workflows['isRunning'] | null;
};

/** An execution that was requested less than this ago may not have started yet. */
const startUpMs = 60_000;

/** Whether the lockout needs an execution and has none. Without a response, the next watch asks again. */
export async function hasExecutionEnded({ isRunning, now }: ExecutionDeps, lockout: Lockout | null): Promise<boolean> {
  if (!isRunning || !lockout?.machine || isRecent(lockout.runAt, now(), startUpMs)) return false;
  try {
    return !(await isRunning(lockout.machine, executionName(lockout)));
  } catch (error) {
    log.warn('The execution of a lockout could not be read', { lockoutId: lockout.id, error: error as Error });
    return false;
  }
}
