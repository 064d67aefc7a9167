/** A change of one item in a commit, as data. `lib/store` translates it to an action of a DynamoDB transaction. */
import type { Problem } from '#lib/model/problem.ts';
import type { Address } from './address.ts';

export type Row = Address & Readonly<Record<string, unknown>>;

/**
 * `replace` overwrites a row if an attribute still has the value that was read. `remove` with `present` fails if there
 * is no row. `expect` changes nothing, and fails unless an attribute still has the value that was read. `tally` changes
 * a counter, which it creates if need be, and fails above `most` or above the limit on the counter's row; a decrease
 * stops at zero. `otherwise` is thrown if the change's condition fails; without it the problem is `version_mismatch`.
 */
export type Change = { readonly otherwise?: Problem } & (
  | { readonly kind: 'create'; readonly row: Row }
  | { readonly kind: 'replace'; readonly row: Row; readonly attribute: string; readonly value: string }
  | { readonly kind: 'save'; readonly row: Row & { readonly version: number } }
  | { readonly kind: 'remove'; readonly row: Address & { readonly version?: number }; readonly present?: boolean }
  | {
      readonly kind: 'expect';
      readonly address: Address;
      readonly attribute: string;
      readonly value: string | number | null;
    }
  | { readonly kind: 'tally'; readonly address: Address; readonly by: number; readonly most: number }
  | { readonly kind: 'count'; readonly address: Address; readonly attribute: string; readonly by: number }
);

/** Stores a new entity in a row. */
export const created = (address: Address, entity: object, otherwise?: Problem): Change => ({
  kind: 'create',
  row: { ...entity, ...address },
  ...(otherwise ? { otherwise } : {}),
});

/** Replaces a row by its entity, unless its version changed since it was read. */
export const saved = (address: Address, entity: { readonly version: number }): Change => ({
  kind: 'save',
  row: { ...entity, ...address },
});

/** With a version: unless it changed since the row was read. */
export const removed = (address: Address, version?: number): Change => ({
  kind: 'remove',
  row: version === undefined ? address : { ...address, version },
});
