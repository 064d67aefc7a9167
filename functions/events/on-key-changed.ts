/**
 * A customer's account reports a change of a key, or echoes a check: the key is observed, or the delivery is proven.
 */
import { listener } from '#lib/edge/listener.ts';
import { onChanged } from '#lib/wiring/keys.ts';

export const handler = listener(onChanged);
