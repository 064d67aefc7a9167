/** Row keys with parts that a caller chose. DynamoDB limits a sort key to 1,024 bytes and a partition key to 2,048. */
import { createHash } from 'node:crypto';

/** A text of any length as a part of a row key: 43 characters that contain no `#`. */
export const hashedPart = (text: string): string => createHash('sha256').update(text).digest('base64url');

const maxBytes = { pk: 2048, sk: 1024 };

/** False for an address that exceeds these limits, which no row can have. */
export const canExist = ({ pk, sk }: { readonly pk: string; readonly sk: string }): boolean =>
  Buffer.byteLength(pk) <= maxBytes.pk && Buffer.byteLength(sk) <= maxBytes.sk;

/** Spreads rows over partitions, constant for a text. */
export const shardOf = (text: string, shards: number): number =>
  (createHash('sha256').update(text).digest()[0] ?? 0) % shards;
