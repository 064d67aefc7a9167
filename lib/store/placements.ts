/** Placements, in a partition that no team's request can address. Only `scripts/deploy/place.ts` writes them. */

import type { Change } from '#lib/model/items/change.ts';
import {
  type PlacementRow,
  type PlacementValue,
  placementPartition,
  placementPrefix,
  placementRow,
} from '#lib/model/items/placements.ts';
import { allOf } from '#lib/model/page.ts';
import type { PlacementKind, Placements } from '#lib/model/placement.ts';
import { deployedTable, readRange, readRow, type Table } from './table.ts';

const readValue =
  <K extends PlacementKind>(table: Table, kind: K) =>
  async (name: string): Promise<Placements[K][string] | null> => {
    const row = await readRow<PlacementRow>(table, placementRow(kind, name));
    return (row?.value as Placements[K][string] | undefined) ?? null;
  };

/** Each is null if the operator has set none. */
export const placementStore = (table: Table = deployedTable) => ({
  networkOf: readValue(table, 'network'),
  instanceTypeOf: readValue(table, 'instanceType'),
  ecsServiceOf: readValue(table, 'ecsService'),
});

/** The changes that make the rows equal to `wanted`. Kinds that `wanted` leaves out are not changed. */
export async function placementChanges(wanted: Partial<Placements>, table = deployedTable): Promise<Change[]> {
  const rows = await allOf<PlacementRow>((after) =>
    readRange(table, { pk: placementPartition, prefix: placementPrefix, after, limit: 100, consistent: true }),
  );
  const found = new Map(rows.map((row) => [row.sk, row]));
  const named = Object.entries(wanted).flatMap(([kind, values]) =>
    Object.entries(values).map(([name, value]: [string, PlacementValue]) => ({
      kind: kind as PlacementKind,
      name,
      value,
    })),
  );
  const kept = new Set(named.map(({ kind, name }) => placementRow(kind, name).sk));
  const gone = rows.filter(({ kind, sk }) => kind in wanted && !kept.has(sk));
  return [
    ...named.flatMap((each) => changeOf(each, found.get(placementRow(each.kind, each.name).sk))),
    ...gone.map(removal),
  ];
}

function changeOf(named: Pick<PlacementRow, 'kind' | 'name' | 'value'>, row: PlacementRow | undefined): Change[] {
  const next = { ...placementRow(named.kind, named.name), ...named };
  if (!row) return [{ kind: 'create', row: { ...next, version: 1 } }];
  return isSame(row.value, named.value) ? [] : [{ kind: 'save', row: { ...next, version: row.version } }];
}

const removal = ({ pk, sk, version }: PlacementRow): Change => ({ kind: 'remove', row: { pk, sk, version } });

/** Ignores the order of an object's members. */
const isSame = (a: PlacementValue, b: PlacementValue): boolean => sorted(a) === sorted(b);
const sorted = (value: PlacementValue): string =>
  JSON.stringify(
    typeof value === 'string' ? value : Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
