/** Loops of state machines end within the limit of an execution's history, with a recorded failure. */
import { describe, expect, it } from '@jest/globals';
import { createWorld, functionArn, lambdaError } from 'aws-local/test-support/step-functions';
import { readMachine } from '#statemachines/definitions.ts';

const ids = { teamId: 'team_1', databaseId: 'db_1', backupId: 'bak_1' };
const works = () => ({});
const fails = () => {
  throw lambdaError('Problem', 'It can not be done.');
};

type Step = (input: unknown) => unknown;

/** Runs a machine whose steps all work, except for those that are given. */
async function ran(name: string, steps: Readonly<Record<string, Step>>, input: object = ids) {
  const calls: { readonly name: string; readonly payload: unknown }[] = [];
  const work = (given: unknown) => {
    const { step, ...payload } = given as { step: string };
    calls.push({ name: step, payload });
    return (steps[step] ?? works)(payload);
  };
  const world = await createWorld(readMachine(name, functionArn), { Steps: work, Batches: work });
  try {
    const ended = await world.finish(await world.start(input));
    const count = (step: string) => calls.filter((call) => call.name === step).length;
    return { ...ended, count, last: calls.at(-1) };
  } finally {
    await world.remove();
  }
}

describe('a backup', () => {
  it('that is never stored is given up, removed and marked as failed with the reason', async () => {
    const { status, error, count, last } = await ran('backup-database', {
      'Save and store the data': () => ({ stored: false }),
    });

    expect([status, error]).toEqual(['FAILED', 'BackupTooSlow']);
    expect([count('Save and store the data'), count('Remove what is stored'), count('Record the backup')]).toEqual([
      181, 1, 0,
    ]);
    expect(last).toEqual({
      name: 'Mark the backup as failed',
      payload: { ...ids, error: { Error: 'BackupTooSlow', Cause: 'It was not stored within half a day.' } },
    });
  });

  it('that takes hours is stored all the same, and the poll after an hour is minutes apart', async () => {
    let polls = 0;
    const { status, count } = await ran('backup-database', {
      'Save and store the data': () => ({ stored: ++polls === 90 }),
    });

    expect([status, count('Save and store the data'), count('Record the backup')]).toEqual(['SUCCEEDED', 90, 1]);
  });

  it('that can not be removed is marked as failed in the end', async () => {
    const { status, error, count, last } = await ran('backup-database', {
      'Save and store the data': fails,
      'Remove what is stored': fails,
    });

    expect([status, error, count('Remove what is stored'), last?.name]).toEqual([
      'FAILED',
      'Problem',
      48,
      'Mark the backup as failed',
    ]);
  });

  it('that can neither be removed nor marked ends', async () => {
    const { status, count } = await ran('backup-database', {
      ...{ 'Save and store the data': fails, 'Remove what is stored': fails, 'Mark the backup as failed': fails },
    });

    expect([status, count('Mark the backup as failed')]).toEqual(['FAILED', 12]);
  });
});

describe('a provisioning that can not be undone', () => {
  it('is marked as failed in the end, with the first reason', async () => {
    const { status, error, count, last } = await ran('provision-database', {
      'Start the service': fails,
      'Retire the grant': fails,
    });

    expect([status, error, count('Terminate the server')]).toEqual(['FAILED', 'Problem', 48]);
    expect(last).toMatchObject({ name: 'Mark as failed', payload: { error: { Error: 'Problem' } } });
  });

  it('continues until it is undone, where that is possible', async () => {
    let tries = 0;
    const retire = () => (++tries < 5 ? fails() : {});

    const { status, count } = await ran('provision-database', {
      'Start the service': fails,
      'Retire the grant': retire,
    });

    expect([status, count('Retire the grant'), count('Mark as failed')]).toEqual(['FAILED', 5, 1]);
  });
});

describe('a destruction that a step keeps from its end', () => {
  it('is left over, which raises the alarm', async () => {
    const { status, error, count } = await ran(
      'destroy-database',
      { 'Forget the database': fails },
      { teamId: 'team_1', databaseId: 'db_1' },
    );

    expect([status, error, count('Forget the database')]).toEqual(['FAILED', 'DestructionLeft', 48]);
  });

  it('keeps the data where the last backup is never stored', async () => {
    const { error, count } = await ran('destroy-database', { 'Take the last backup': () => ({ stored: false }) });
    expect([error, count('Take the last backup'), count('Terminate the server')]).toEqual(['DestroyFailed', 181, 0]);
  });
});

it('a lockout without a response of KMS for four hours is left to the sweep, which starts the next run', async () => {
  const input = { teamId: 'team_1', keyId: 'key_1', lockoutId: 'lk_1', run: 1, deadline: '2026-01-01T00:10:00.000Z' };
  const { status, error, count } = await ran(
    'key-shutdown',
    { 'Confirm the lockout': () => ({ state: 'waiting', batches: [] }) },
    input,
  );

  expect([status, error, count('Confirm the lockout')]).toEqual(['FAILED', 'LeftToTheSweep', 241]);
});

it('a shard of more databases than a run can visit fails the run of daily backups', async () => {
  const visit = ({ shard, after }: { shard: number; after?: string | null }) => ({
    run: 'r',
    shard,
    after: shard === 3 ? `${after ?? ''}x` : null,
  });
  const { status, error, count } = await ran('daily-backups', { 'Visit a batch': visit as never }, { run: 'r' });

  expect([status, error, count('Visit a batch')]).toEqual(['FAILED', 'VisitsFailed', 15 + 301]);
});
