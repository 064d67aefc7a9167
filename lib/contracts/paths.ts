/**
 * The methods and paths of all operations. Bundles contain this list without the contracts
 * (scripts/deploy/substitutes.ts).
 */
import { operations } from './index.ts';

export const paths: readonly { readonly method: string; readonly path: string }[] = operations.map(
  ({ method, path }) => ({ method, path }),
);
