/** Every minute: each key whose turn it is is observed, open lockouts and forgotten effects are looked after. */
import { eventBus } from '#lib/aws/events.ts';
import { workflows } from '#lib/aws/workflows.ts';
import { sweepConfig } from '#lib/config.ts';
import { listener } from '#lib/edge/listener.ts';
import { sweep } from '#lib/keys/sweep.ts';
import { reconcileLockout } from '#lib/lockouts/reconcile.ts';
import { now } from '#lib/model/clock.ts';
import { drainOutbox } from '#lib/outbox/drain.ts';
import { echoStore } from '#lib/store/echoes.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { observer } from '#lib/wiring/keys.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = listener(() => {
  const reconcile = reconcileLockout({ ...workflows(), ...recorder(), now });
  const drain = drainOutbox({ ...eventBus(), ...outboxStore(), ...recorder(), now });
  const minutesWithEvents = () => sweepConfig().SWEEP_MINUTES_WITH_EVENTS;
  const watch = { ...echoStore(), ...recorder(), minutesWithEvents };
  return sweep({ ...keyStore(), ...lockoutStore(), ...observer(), ...watch, reconcile, drain, now });
});
