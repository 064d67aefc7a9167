/**
 * Operations per second of the emulators of DynamoDB and Step Functions, against ministack's: the same client,
 * alternating in one run.
 */
import { join } from 'node:path';
import type { Measurement, Row } from '../row.ts';
import { median } from '../statistics.ts';
import { inFolders } from './folders.ts';
import { connections, itemsPerSecond, makeTable } from './load-dynamodb.ts';
import { executionsPerSecond, makeMachine } from './load-step-functions.ts';
import { ministackOrReason } from './ministack.ts';
import { startEmulators } from './own-emulators.ts';

const rounds = 5;
const secondsEach = 3;

/** Each returns operations per second. */
const loads = [
  { name: 'DynamoDB, items written and read', unit: 'per s', run: itemsPerSecond },
  { name: 'Step Functions, executions to their end', unit: 'per s', run: executionsPerSecond },
];

export const row: Row = {
  key: 'emulators',
  title: 'Emulators of DynamoDB and Step Functions',
  measure: (say) =>
    inFolders(async ({ disk }) => {
      const own = await startEmulators(join(disk, 'own'));
      const ministack = await ministackOrReason(join(disk, 'ministack'));
      try {
        await makeTable(own.url);
        if (typeof ministack === 'string') return await measured({ own: own.url, theirs: null, note: ministack }, say);
        await makeTable(ministack.url);
        await makeMachine(ministack.url);
        return await measured({ own: own.url, theirs: ministack.url, note: about }, say);
      } finally {
        await own.close();
        if (typeof ministack !== 'string') await ministack.close();
      }
    }),
};

const about =
  `Medians of ${rounds} turns of ${secondsEach} s over ${connections} connections. Ours writes all of it to ` +
  'disk, ministack keeps it in memory.';

interface Pair {
  readonly own: string;
  readonly theirs: string | null;
  readonly note: string;
}

async function measured({ own, theirs, note }: Pair, say: (line: string) => void): Promise<Measurement[]> {
  const found: Measurement[] = [];
  for (const { name, unit, run } of loads) {
    const turns: (readonly [own: number, theirs: number | null])[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      say(`${name}, ${round} of ${rounds}`);
      turns.push([await run(own, secondsEach), theirs === null ? null : await run(theirs, secondsEach)]);
    }
    // The first round is a warm-up.
    const [ours, others] = [turns.slice(1).map(([each]) => each), turns.slice(1).flatMap(([, each]) => each ?? [])];
    found.push(compared(name, { unit, ours, others, note }));
  }
  return found;
}

function compared(
  name: string,
  { unit, ours, others, note }: { unit: string; ours: number[]; others: number[]; note: string },
): Measurement {
  const value = median(ours);
  const baseline = others.length > 0 ? median(others) : null;
  const ratio = baseline === null ? null : value / baseline;
  return { name, value, unit, baseline, ratio, target: 'ahead of ministack', met: ratio !== null && ratio > 1, note };
}
