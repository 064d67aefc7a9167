/**
 * The REST API's pipeline in a deployment, for functions without a POST route: they store no responses under an
 * Idempotency-Key.
 */
import { createRestApi } from '#lib/edge/rest-api.ts';
import { callers } from './callers.ts';

export const restReads = createRestApi({ callers, onlyOnce: null });
