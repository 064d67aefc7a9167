/** Whatever no route takes: 404, or 405 with the methods that there are. */
import { unrouted } from '#lib/edge/unrouted.ts';

export const handler = unrouted();
