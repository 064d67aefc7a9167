/**
 * The port of Latchkey that this package implements. It is all that the package takes from Latchkey, and types only.
 */
export type * from '../../../lib/model/fleet.ts';
