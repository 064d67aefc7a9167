/**
 * The REST API's pipeline in a deployment, for functions with a POST route: an Idempotency-Key makes a create
 * repeatable.
 */
import { onlyOnce } from '#lib/edge/idempotency.ts';
import { createRestApi } from '#lib/edge/rest-api.ts';
import { now } from '#lib/model/clock.ts';
import { idempotencyStore } from '#lib/store/idempotency.ts';
import { callers } from './callers.ts';

export const restApi = createRestApi({ callers, onlyOnce: () => onlyOnce({ store: idempotencyStore(), now }) });
