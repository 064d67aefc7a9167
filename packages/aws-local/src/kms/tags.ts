/** Tags of a key: at most 50, with distinct names that do not begin with `aws:`. */
import { AwsError } from '../protocol.ts';
import { type Input, requiredText, structureList } from './input.ts';
import type { TextMap } from './records.ts';

const maxTags = 50;
const tagProblem = (message: string) => new AwsError('TagException', message);

export function readTags(input: Input): TextMap {
  const pairs = structureList(input, 'Tags').map((tag): [string, string] => [
    requiredText(tag, 'TagKey', { min: 1, max: 128 }),
    requiredText(tag, 'TagValue', { max: 256 }),
  ]);
  if (pairs.some(([key]) => key.toLowerCase().startsWith('aws:')))
    throw tagProblem('Tags beginning with aws: are reserved');
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length < pairs.length) throw tagProblem('Duplicate tag keys');
  assertTagCount(tags);
  return tags;
}

export function assertTagCount(tags: TextMap): void {
  if (Object.keys(tags).length > maxTags) throw tagProblem('Too many tags');
}
