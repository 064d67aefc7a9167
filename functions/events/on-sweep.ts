/** Every minute: keys that are due are observed, open lockouts continue, and outbox messages are delivered again. */
import { listener } from '#lib/edge/listener.ts';
import { sweepKeys } from '#lib/wiring/keys.ts';

export const handler = listener(sweepKeys);
