/**
 * DynamoDB's capacity units, from the sizes of items, as DynamoDB's documentation says (bench/scale/capacity.ts): of operations by their requests,
 * and of lockouts of a simulated fleet by all of theirs, per database.
 */
import { join } from 'node:path';
import { withAws } from './requests/aws.ts';
import { callsOfOperations } from './requests/operations.ts';
import { type Units, unitsOfCall } from './requests/units.ts';
import type { Measurement, Row } from './row.ts';
import { lockOut } from './scale/lockout-run.ts';

const fleets = [10, 100, 1000];
/** A constant is what doesn't grow with the databases, but for rounding: half of a hundred's or a thousand's share of what a lockout costs by itself. */
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

/** The lockout of a key: stopped, told, restored, told. The fewest databases are the baseline. */
async function ofLockouts(say: (line: string) => void): Promise<Measurement[]> {
  const found: { databases: number; units: Units }[] = [];
  for (const databases of fleets) {
    say(`a lockout of ${databases} databases`);
    const { requests } = await lockOut(databases, false);
    const of = (kind: string) => (requests.get(`DynamoDB ${kind} units`) ?? 0) / databases;
    found.push({ databases, units: { reads: of('read'), writes: of('write') } });
  }
  const [first] = found;
  const baseline = (first?.units.reads ?? 0) + (first?.units.writes ?? 0);
  return found.map(({ databases, units: { reads, writes } }) => ({
    ...{ name: `per database, lockout of ${databases.toLocaleString('en')}`, value: reads + writes, unit: 'units', baseline },
    ...{ ratio: (reads + writes) / baseline, target: `≤ ${constantWithin}× of ${fleets[0]}` },
    met: (reads + writes) / baseline <= constantWithin,
    note: `${reads.toFixed(1)} read, ${writes.toFixed(1)} write`,
  }));
}
