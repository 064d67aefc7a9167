/** Performing an effect that is due, by one worker at a time. May run twice: a workflow's name and a notice's claim keep it to one. */

import type { Start } from '#lib/aws/workflows.ts';
import type { Clock } from '#lib/model/clock.ts';
import type { Effect, NoticeRequest, Pending, RestartRequest } from '#lib/model/outbox-message.ts';

export interface PerformDeps {
  readonly pendingById: (id: string) => Promise<Pending | null>;
  readonly claim: (id: string, at: Date) => Promise<boolean>;
  readonly done: (id: string) => Promise<void>;
  readonly startWorkflow: (start: Start) => Promise<void>;
  readonly notify: (notice: NoticeRequest) => Promise<void>;
  readonly restartApp: (request: RestartRequest) => Promise<void>;
  readonly applyRotation: (ref: { readonly teamId: string; readonly databaseId: string }) => Promise<void>;
  readonly maintain: (ref: { readonly teamId: string; readonly databaseId: string }) => Promise<void>;
  readonly now: Clock;
}

/** Throws what its worker throws: the effect then waits for the sweep. */
export const performEffect =
  (deps: PerformDeps) =>
  async (id: string): Promise<void> => {
    const pending = await deps.pendingById(id);
    if (!pending || !(await deps.claim(id, deps.now()))) return;
    await perform(deps, pending.effect);
    await deps.done(id);
  };

async function perform(deps: PerformDeps, effect: Effect): Promise<void> {
  if (effect.kind === 'workflow') await deps.startWorkflow(effect);
  if (effect.kind === 'notice') await deps.notify(effect.notice);
  if (effect.kind === 'restart') await deps.restartApp(effect.restart);
  if (effect.kind === 'maintenance') await deps.maintain(effect.maintenance);
  if (effect.kind === 'rotation') await deps.applyRotation(effect.rotation);
}
