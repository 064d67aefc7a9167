/** Whether a lockout has the execution that it needs. */
import { log } from '#lib/log.ts';
import { isUnderWay } from '#lib/model/execution.ts';
import { executionName, type Lockout } from '#lib/model/lockout.ts';
import type { Needs, Workflows } from '#lib/model/ports.ts';

export type ExecutionDeps = Needs<'now'> & {
  /** Null except in a watch, which restarts executions that ended. */
  readonly isRunning: Workflows['isRunning'] | null;
};

/** Whether the lockout needs an execution and has none. Without a response, the next watch asks again. */
export async function hasExecutionEnded({ isRunning, now }: ExecutionDeps, lockout: Lockout | null): Promise<boolean> {
  if (!isRunning || !lockout?.machine) return false;
  const execution = { machine: lockout.machine, name: executionName(lockout), requestedAt: lockout.runAt };
  try {
    return !(await isUnderWay({ isRunning, now }, execution));
  } catch (error) {
    log.warn('The execution of a lockout could not be read', { lockoutId: lockout.id, error: error as Error });
    return false;
  }
}
