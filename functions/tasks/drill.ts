/**
 * The steps of the drill machine: one starts what a schedule names, the other polls and advances a drill. They reach
 * the fork and its leader only, and the key for the fork's password.
 */
import { DrillInput, DueDrillInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as drills from '#lib/wiring/drills.ts';

export const handler = task(() => ({
  'Start the scheduled drill': step(DueDrillInput, drills.startScheduled()),
  'Advance the drill': step(DrillInput, drills.advance()),
}));
