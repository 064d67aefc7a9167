/** One JSON line per request, step and event: a constant message and fields; the request's id is on every line. */
import { Logger } from '@aws-lambda-powertools/logger';

export const log = new Logger({ serviceName: 'latchkey' });
