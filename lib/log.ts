/**
 * One JSON line per request, step and event: a constant message and fields. The logger is made with the first line, so that importing this
 * reads no settings.
 */
import { Logger } from '@aws-lambda-powertools/logger';

type Line = (message: string, fields: Readonly<Record<string, unknown>>) => void;

let logger: Logger | undefined;
const opened = (): Logger => {
  logger ??= new Logger({ serviceName: 'latchkey' });
  return logger;
};

export const log: Readonly<Record<'info' | 'warn' | 'error', Line>> = {
  info: (message, fields) => opened().info(message, { ...fields }),
  warn: (message, fields) => opened().warn(message, { ...fields }),
  error: (message, fields) => opened().error(message, { ...fields }),
};
