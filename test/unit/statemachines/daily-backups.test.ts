/**
 * The daily backups' machine with a stub step: its input for each shard, and the end of a run with a shard that could
 * not be visited.
 */
import { describe, expect, it } from '@jest/globals';
import { functionArn, lambdaError, run } from 'aws-local/test-support/step-functions';
import { VisitInput } from '#lib/contracts/machines.ts';
import { readMachine } from '#statemachines/definitions.ts';

interface Visit {
  readonly run: string;
  readonly shard: number;
  readonly after?: string | null;
}

const definition = readMachine('daily-backups', () => functionArn('work'));

async function runWith(visit: (input: Visit) => unknown) {
  const finished = await run(definition, { run: 'daily-1' }, { work: visit });
  return { ...finished, visits: finished.calls.map(({ payload }) => payload as Visit) };
}

describe('the daily backups', () => {
  it('visit every shard, page by page, with an input that the step accepts', async () => {
    const { status, visits } = await runWith(({ run, shard, after }) => ({
      run,
      shard,
      after: shard === 3 && !after ? 'db_1' : null,
    }));

    expect(status).toBe('SUCCEEDED');
    expect(visits).toHaveLength(17);
    expect(visits.filter(({ shard }) => shard === 3)).toEqual([
      { run: 'daily-1', shard: 3, step: 'Visit a batch' },
      { run: 'daily-1', shard: 3, after: 'db_1', step: 'Visit a batch' },
    ]);
    for (const visit of visits) expect(VisitInput().safeParse(visit).success).toBe(true);
  });

  it('fail when a shard was left, after every other shard was visited', async () => {
    const { status, error, visits } = await runWith(({ run, shard }) => {
      if (shard === 3) throw lambdaError('Problem', 'refused');
      return { run, shard, after: null };
    });

    expect([status, error]).toEqual(['FAILED', 'VisitsFailed']);
    expect(new Set(visits.map(({ shard }) => shard)).size).toBe(16);
  });
});
