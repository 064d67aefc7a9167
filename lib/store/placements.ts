/** Placements as rows of the deployment, in a partition that no team's request can name. `scripts/deploy/place.ts` alone writes them. */
import type { PlacementKind, Placements } from '#lib/model/placement.ts';
import type { Change } from './commit.ts';
import { type Address, allOf, readRange, readRow } from './table.ts';

type Value = Placements[PlacementKind][string];

interface Placement extends Address {
  readonly kind: PlacementKind;
  readonly name: string;
  readonly value: Value;
  readonly version: number;
}

const partition = 'DEPLOYMENT';
const prefix = 'PLACEMENT#';
const rowOf = (kind: PlacementKind, name: string): Address => ({ pk: partition, sk: `${prefix}${kind}#${name}` });

async function readValue<K extends PlacementKind>(kind: K, name: string): Promise<Placements[K][string] | null> {
  const row = await readRow<Placement>(rowOf(kind, name));
  return (row?.value as Placements[K][string] | undefined) ?? null;
}

/** Each is null if the operator has set none. */
export const placementStore = () => ({
  networkOf: (place: string) => readValue('network', place),
  instanceTypeOf: (plan: string) => readValue('instanceType', plan),
  ecsServiceOf: (appId: string) => readValue('ecsService', appId),
});

/** The changes that make the rows equal to `wanted`. Kinds that `wanted` leaves out are not changed. */
export async function placementChanges(wanted: Partial<Placements>): Promise<Change[]> {
  const rows = await allOf<Placement>((after) =>
    readRange({ pk: partition, prefix, after, limit: 100, consistent: true }),
  );
  const found = new Map(rows.map((row) => [row.sk, row]));
  const named = Object.entries(wanted).flatMap(([kind, values]) =>
    Object.entries(values).map(([name, value]: [string, Value]) => ({ kind: kind as PlacementKind, name, value })),
  );
  const kept = new Set(named.map(({ kind, name }) => rowOf(kind, name).sk));
  const gone = rows.filter(({ kind, sk }) => kind in wanted && !kept.has(sk));
  return [...named.flatMap((each) => changeOf(each, found.get(rowOf(each.kind, each.name).sk))), ...gone.map(removal)];
}

function changeOf(named: Pick<Placement, 'kind' | 'name' | 'value'>, row: Placement | undefined): Change[] {
  const next = { ...rowOf(named.kind, named.name), ...named };
  if (!row) return [{ kind: 'create', row: { ...next, version: 1 } }];
  return isSame(row.value, named.value) ? [] : [{ kind: 'save', row: { ...next, version: row.version } }];
}

const removal = ({ pk, sk, version }: Placement): Change => ({ kind: 'remove', row: { pk, sk, version } });

/** Ignores the order of an object's members. */
const isSame = (a: Value, b: Value): boolean => sorted(a) === sorted(b);
const sorted = (value: Value): string =>
  JSON.stringify(
    typeof value === 'string' ? value : Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
