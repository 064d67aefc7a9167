/**
 * Pages of a list. A token names the list and its next entry.
 * Does not: expire tokens after 24 hours.
 */
import { AwsError } from '../../protocol.ts';
import { type Input, optionalText, pageSize } from './input.ts';

/**
 * `list` identifies the request, so that tokens of other requests are rejected. `key` identifies an entry, also after
 * new entries.
 */
export interface Pages<T> {
  readonly list: string;
  readonly entries: readonly T[];
  readonly key: (entry: T) => number;
}

/** Throws `InvalidToken`. */
export function pageOf<T>(input: Input, { list, entries, key }: Pages<T>): { page: T[]; nextToken?: string } {
  const size = pageSize(input);
  const token = optionalText(input, 'nextToken', { min: 1, max: 3096 });
  const start = token === undefined ? 0 : placeOf(token, { list, entries, key });
  const next = entries[start + size];
  const page = entries.slice(start, start + size);
  return next === undefined
    ? { page }
    : { page, nextToken: Buffer.from(JSON.stringify([list, key(next)])).toString('base64url') };
}

function placeOf<T>(token: string, { list, entries, key }: Pages<T>): number {
  const [of, at] = decode(token);
  const place = entries.findIndex((entry) => key(entry) === at);
  if (of !== list || place < 0) throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
  return place;
}

function decode(token: string): unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    return [];
  }
}
