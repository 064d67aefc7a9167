/** Every minute: followers and promotions are looked after. */
import { listener } from '#lib/edge/listener.ts';
import { watchFollowers } from '#lib/wiring/databases.ts';

export const handler = listener(watchFollowers);
