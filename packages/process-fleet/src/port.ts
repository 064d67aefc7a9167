/**
 * The port of Latchkey that this package implements. It is all that the package takes from Latchkey, and types only.
 */

export type { DatasetDigest } from '../../../lib/model/dataset-digest.ts';
export type * from '../../../lib/model/fleet.ts';
