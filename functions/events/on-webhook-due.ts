/**
 * Sends webhooks. A function of its own, because it makes requests to URLs of customers: it has no right on a
 * customer's key, on the fleet, on the bus or on mail.
 */
import { WebhookDue } from '#lib/contracts/machines.ts';
import { listener } from '#lib/edge/listener.ts';
import { serveTeamNow, sweep } from '#lib/wiring/webhook-sender.ts';

export const handler = listener(() => {
  const serve = serveTeamNow();
  const serveAll = sweep();
  return ({ source, detail, 'detail-type': type }) => {
    if (source === 'aws.events') return serveAll();
    const { teamId, id } = WebhookDue().parse(detail);
    return serve(teamId, type === 'WebhookDue' ? id : null);
  };
});
