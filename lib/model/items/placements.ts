/** Items of placements, in a partition that no request of a team can name. */
import type { PlacementKind, Placements } from '#lib/model/placement.ts';
import type { Address } from './address.ts';

export type PlacementValue = Placements[PlacementKind][string];

export interface PlacementRow extends Address {
  readonly kind: PlacementKind;
  readonly name: string;
  readonly value: PlacementValue;
  readonly version: number;
}

export const placementPartition = 'DEPLOYMENT';
export const placementPrefix = 'PLACEMENT#';
export const placementRow = (kind: PlacementKind, name: string): Address => ({
  pk: placementPartition,
  sk: `${placementPrefix}${kind}#${name}`,
});
