/**
 * DynamoDB's capacity units, from the sizes of items, as DynamoDB's documentation says (bench/scale/capacity.ts): of
 * operations by their requests, and of lockouts of a simulated fleet by all of theirs, per database.
 */
import { join } from 'node:path';
import { withAws } from './requests/aws.ts';
import { callsOfOperations } from './requests/operations.ts';
import { type Units, unitsOfCall } from './requests/units.ts';
import type { Measurement, Row } from './row.ts';
import { lockOut } from './scale/lockout-run.ts';

const fleets = [10, 100, 1000];
/**
 * Against the smaller fleet: the fixed cost of a lockout is shared by more databases, and no cost per database may
 * grow.
 */
const constantWithin = 1.05;

export const row: Row = {
  key: 'capacity-units',
  title: 'DynamoDB capacity units',
  measure: async (say) => {
    say('asking for each operation');
    const calls = await withAws((world) => callsOfOperations(world, join(import.meta.dirname, '..')));
    const operations = [...calls].map(([key, its]) => ofOperation(key, sum(its.map(unitsOfCall))));
    return [...operations, ...(await ofLockouts(say))];
  },
};

const sum = (units: readonly Units[]): Units => ({
  reads: units.reduce((total, { reads }) => total + reads, 0),
  writes: units.reduce((total, { writes }) => total + writes, 0),
});

const ofOperation = (key: string, { reads, writes }: Units): Measurement => ({
  ...{ name: key, value: reads + writes, unit: 'units', baseline: null, ratio: null, target: 'counted', met: true },
  note: `${reads} read, ${writes} write`,
});

/** The lockout of a key with its restore and notices. The baseline is the next smaller fleet. */
async function ofLockouts(say: (line: string) => void): Promise<Measurement[]> {
  const found: Measurement[] = [];
  for (const databases of fleets) {
    say(`a lockout of ${databases} databases`);
    const { requests, restored } = await lockOut(databases, false);
    if (restored === null) throw new Error(`The lockout of ${databases} simulated databases did not end.`);
    const of = (kind: string) => (requests.get(`DynamoDB ${kind} units`) ?? 0) / databases;
    found.push(perDatabase(databases, { reads: of('read'), writes: of('write') }, found.at(-1)?.value ?? null));
  }
  return found;
}

function perDatabase(databases: number, { reads, writes }: Units, before: number | null): Measurement {
  const value = reads + writes;
  return {
    ...{ name: `per database, lockout of ${databases.toLocaleString('en')}`, value, unit: 'units', baseline: before },
    ratio: before === null ? null : value / before,
    target: before === null ? 'counted' : `≤ ${constantWithin}× of fewer`,
    met: before === null || value / before <= constantWithin,
    note: `${reads.toFixed(1)} read, ${writes.toFixed(1)} write`,
  };
}
