/**
 * What a schema finds wrong, told in English: goes with each parse whose faults somebody reads. By itself `zod/mini`
 * says "Invalid input".
 */
import { en } from 'zod/locales';

export const english = { error: en().localeError };
