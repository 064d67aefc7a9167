/**
 * Pages of a list, in order of creation. A marker names the last record of the previous page, so that no record is
 * skipped after removals.
 */
import { AwsError } from '../protocol.ts';
import { type Input, integer, text } from './input.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** `Truncated`, and `NextMarker` if there are more. */
  readonly more: { readonly Truncated: boolean; readonly NextMarker?: string };
}

/** `Limit` defaults to 50, as on AWS. Throws `InvalidMarkerException`. */
export function pageOf<T extends { readonly seq: number }>(
  input: Input,
  records: readonly T[],
  { limit = 50, max = 1000 }: { limit?: number; max?: number } = {},
): Page<T> {
  const size = integer(input, 'Limit', { min: 1, max }) ?? limit;
  const after = readMarker(text(input, 'Marker', { min: 1, max: 1024 }));
  const rest = records.filter(({ seq }) => seq > after);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (rest.length <= size || !last) return { items, more: { Truncated: false } };
  return { items, more: { Truncated: true, NextMarker: Buffer.from(`after:${last.seq}`).toString('base64url') } };
}

function readMarker(marker: string | null): number {
  if (marker === null) return 0;
  const [, seq] = /^after:(\d{1,15})$/.exec(Buffer.from(marker, 'base64url').toString()) ?? [];
  if (!seq) throw new AwsError('InvalidMarkerException', 'The marker is not valid.');
  return Number(seq);
}
