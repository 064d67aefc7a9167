/** Whether a requested execution of a state machine is under way, for watches that start it again. */
import { isRecent } from './clock.ts';
import type { MachineName } from './outbox-message.ts';
import type { Needs } from './ports.ts';

export interface RequestedExecution {
  readonly machine: MachineName;
  readonly name: string;
  /** ISO 8601. */
  readonly requestedAt: string;
}

/** An execution that was requested less than this ago may not have started yet. */
const startUpMs = 60_000;

export const isUnderWay = async (
  { isRunning, now }: Needs<'isRunning' | 'now'>,
  { machine, name, requestedAt }: RequestedExecution,
): Promise<boolean> => isRecent(requestedAt, now(), startUpMs) || isRunning(machine, name);
