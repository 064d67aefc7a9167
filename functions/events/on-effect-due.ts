/** An outbox message is due: a workflow is started, an app restarted, a server changed, or admins are notified. */
import { EffectDue } from '#lib/contracts/machines.ts';
import { listener } from '#lib/edge/listener.ts';
import { perform } from '#lib/wiring/outbox.ts';

export const handler = listener(() => {
  const dispatchMessage = perform();
  return ({ detail }) => dispatchMessage(EffectDue().parse(detail).id);
});
