import { AwsError } from '../protocol.ts';

/** Without the position in the pattern, which AWS adds. */
export const invalidPattern = (reason: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
