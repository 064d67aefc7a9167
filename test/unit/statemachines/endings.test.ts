/** Loops of state machines end within the limit of an execution's history, with a recorded failure. */
import { describe, expect, it } from '@jest/globals';
import { createWorld, type Functions, functionArn, lambdaError } from 'aws-local/test-support/step-functions';
import { readMachine } from '#statemachines/definitions.ts';

const ids = { teamId: 'team_1', databaseId: 'db_1', backupId: 'bak_1' };
const works = () => ({});
const fails = () => {
  throw lambdaError('Problem', 'It can not be done.');
};

/** Runs a machine whose steps all work, but for those that are given. */
async function ran(name: string, steps: Functions, input: object = ids) {
  const world = await createWorld(
    readMachine(name, functionArn),
    new Proxy(steps, { get: (given, step: string) => given[step] ?? works }),
  );
  try {
    const ended = await world.finish(await world.start(input));
    const count = (step: string) => world.calls.filter((call) => call.name === step).length;
    return { ...ended, count, last: world.calls.at(-1) };
  } finally {
    await world.remove();
  }
}

describe('a backup', () => {
  it('that is never stored is given up, removed and marked as failed with the reason', async () => {
    const { status, error, count, last } = await ran('backup-database', {
      SaveAndStoreTheData: () => ({ stored: false }),
    });
    expect([status, error]).toEqual(['FAILED', 'BackupTooSlow']);
    expect([count('SaveAndStoreTheData'), count('RemoveWhatIsStored'), count('RecordTheBackup')]).toEqual([181, 1, 0]);
    expect(last).toEqual({
      name: 'MarkTheBackupAsFailed',
      payload: { ...ids, error: { Error: 'BackupTooSlow', Cause: 'It was not stored within half a day.' } },
    });
  });

  it('that takes hours is stored all the same, and the poll after an hour is minutes apart', async () => {
    let polls = 0;
    const { status, count } = await ran('backup-database', { SaveAndStoreTheData: () => ({ stored: ++polls === 90 }) });
    expect([status, count('SaveAndStoreTheData'), count('RecordTheBackup')]).toEqual(['SUCCEEDED', 90, 1]);
  });

  it('that can not be removed is marked as failed in the end', async () => {
    const { status, error, count, last } = await ran('backup-database', {
      SaveAndStoreTheData: fails,
      RemoveWhatIsStored: fails,
    });
    expect([status, error, count('RemoveWhatIsStored'), last?.name]).toEqual([
      'FAILED',
      'Problem',
      48,
      'MarkTheBackupAsFailed',
    ]);
  });

  it('that can neither be removed nor marked ends', async () => {
    const { status, count } = await ran('backup-database', {
      ...{ SaveAndStoreTheData: fails, RemoveWhatIsStored: fails, MarkTheBackupAsFailed: fails },
    });
    expect([status, count('MarkTheBackupAsFailed')]).toEqual(['FAILED', 12]);
  });
});

describe('a provisioning that can not be undone', () => {
  it('is marked as failed in the end, with the first reason', async () => {
    const { status, error, count, last } = await ran('provision-database', {
      StartTheService: fails,
      RetireTheGrant: fails,
    });
    expect([status, error, count('TerminateTheServer')]).toEqual(['FAILED', 'Problem', 48]);
    expect(last).toMatchObject({ name: 'MarkAsFailed', payload: { error: { Error: 'Problem' } } });
  });

  it('goes on until it is undone, where that is possible', async () => {
    let tries = 0;
    const retire = () => (++tries < 5 ? fails() : {});
    const { status, count } = await ran('provision-database', { StartTheService: fails, RetireTheGrant: retire });
    expect([status, count('RetireTheGrant'), count('MarkAsFailed')]).toEqual(['FAILED', 5, 1]);
  });
});

describe('a destruction that a step keeps from its end', () => {
  it('is left, which the alarm tells', async () => {
    const { status, error, count } = await ran(
      'destroy-database',
      { ForgetTheDatabase: fails },
      { teamId: 'team_1', databaseId: 'db_1' },
    );
    expect([status, error, count('ForgetTheDatabase')]).toEqual(['FAILED', 'DestructionLeft', 48]);
  });

  it('keeps the data where the last backup is never stored', async () => {
    const { error, count } = await ran('destroy-database', { TakeTheLastBackup: () => ({ stored: false }) });
    expect([error, count('TakeTheLastBackup'), count('TerminateTheServer')]).toEqual(['DestroyFailed', 181, 0]);
  });
});

it('a lockout that KMS leaves unanswered for four hours is handed to the sweep, which starts the next run', async () => {
  const input = { teamId: 'team_1', keyId: 'key_1', lockoutId: 'lk_1', run: 1, deadline: '2026-01-01T00:10:00.000Z' };
  const { status, error, count } = await ran(
    'key-shutdown',
    { ConfirmTheLockout: () => ({ state: 'waiting', batches: [] }) },
    input,
  );
  expect([status, error, count('ConfirmTheLockout')]).toEqual(['FAILED', 'LeftToTheSweep', 241]);
});

it('a shard of more databases than a run can visit fails the run of daily backups', async () => {
  const visit = ({ shard, after }: { shard: number; after?: string | null }) => ({
    run: 'r',
    shard,
    after: shard === 3 ? `${after ?? ''}x` : null,
  });
  const { status, error, count } = await ran('daily-backups', { VisitABatch: visit as never }, { run: 'r' });
  expect([status, error, count('VisitABatch')]).toEqual(['FAILED', 'VisitsFailed', 15 + 301]);
});
