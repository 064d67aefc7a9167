import { LockoutView } from '#lib/contracts/lockouts.ts';
import { pageOf } from '#lib/contracts/operation.ts';
import type { Infer } from '#lib/model/schema.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

export type LockoutSeen = Infer<typeof LockoutView>;

/** The newest lockout. */
export async function latestLockout({ api }: World): Promise<LockoutSeen | null> {
  const { items } = await api.read('/v1/lockouts?limit=1', pageOf(LockoutView()));
  return items[0] ?? null;
}

/** Waits for the newest lockout to be in that state. */
export const lockoutIn = (world: World, state: LockoutSeen['state']): Promise<LockoutSeen> =>
  until(`the lockout "${state}"`, async () => {
    const lockout = await latestLockout(world);
    return lockout?.state === state ? lockout : null;
  });

/** How many milliseconds passed from one state to another, by Latchkey's own record. */
export function between({ steps }: LockoutSeen, from: LockoutSeen['state'], to: LockoutSeen['state']): number {
  const entered = (state: LockoutSeen['state']) => Date.parse(steps.find((step) => step.state === state)?.at ?? '');
  return entered(to) - entered(from);
}
