/**
 * English texts for the faults that a schema finds, for each parse whose faults people read. Without them, `zod/mini`
 * says "Invalid input".
 */
import { en } from 'zod/locales';

export const english = { error: en().localeError };
