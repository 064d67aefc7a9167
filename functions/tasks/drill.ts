/** The one step of the drill machine, which polls and advances a drill. It reaches the fork and its leader only. */
import { DrillInput } from '#lib/contracts/machines.ts';
import { step, task } from '#lib/edge/task.ts';
import * as drills from '#lib/wiring/drills.ts';

export const handler = task(() => ({ 'Advance the drill': step(DrillInput, drills.advance()) }));
