/**
 * Performing an effect that is due, by one worker at a time. May run twice: a workflow's name and a notice's claim
 * keep it to one.
 */

import type { NoticeRequest, OutboxMessage, RestartRequest } from '#lib/model/outbox-message.ts';
import type { Needs } from '#lib/model/ports.ts';

export type DispatchDeps = Needs<'pendingById' | 'claim' | 'done' | 'startWorkflow' | 'now'> & {
  readonly notify: (notice: NoticeRequest) => Promise<void>;
  readonly restartApp: (request: RestartRequest) => Promise<void>;
  readonly applyRotation: (ref: { readonly teamId: string; readonly databaseId: string }) => Promise<void>;
  readonly maintain: (ref: { readonly teamId: string; readonly databaseId: string }) => Promise<void>;
};

/** Throws what its worker throws: the effect then waits for the sweep. */
export const dispatchMessage =
  (deps: DispatchDeps) =>
  async (id: string): Promise<void> => {
    const pending = await deps.pendingById(id);
    if (!pending || !(await deps.claim(id, deps.now()))) return;
    await perform(deps, pending.effect);
    await deps.done(id);
  };

async function perform(deps: DispatchDeps, effect: OutboxMessage): Promise<void> {
  if (effect.kind === 'workflow') await deps.startWorkflow(effect);
  if (effect.kind === 'notice') await deps.notify(effect.notice);
  if (effect.kind === 'restart') await deps.restartApp(effect.restart);
  if (effect.kind === 'maintenance') await deps.maintain(effect.maintenance);
  if (effect.kind === 'rotation') await deps.applyRotation(effect.rotation);
}
