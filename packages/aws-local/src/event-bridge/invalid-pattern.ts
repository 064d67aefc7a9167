import { AwsError } from '../protocol.ts';

/** AWS adds where in the source the fault is; this does not. */
export const invalidPattern = (reason: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
