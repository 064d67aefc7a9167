/** Which backups expire by count and by age, and how they are removed. */
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { expiredBackups, removeBackup } from '#lib/backups/retention.ts';
import type { Backup } from '#lib/model/backup.ts';
import type { Commit } from '#lib/model/items/commit.ts';
import { tokenActor as actor, anId, at } from '#test/support/build.ts';
import { aBackup } from './a-backup.ts';

const dayMs = 86_400_000;
const ofDay = (day: number, changes: Partial<Backup> = {}): Backup =>
  aBackup({ id: anId('bak', day), createdAt: new Date(at.getTime() + day * dayMs).toISOString(), ...changes });
const ids = (backups: readonly Backup[]) => backups.map(({ id }) => id);

describe('an expired backup', () => {
  it('is a scheduled backup with enough newer ones', () => {
    const backups = [5, 4, 3, 2, 1].map((day) => ofDay(day));
    expect(ids(expiredBackups(backups, { at, keepCount: 3 }))).toEqual([anId('bak', 2), anId('bak', 1)]);
  });

  it('is never a backup on request before its age limit', () => {
    const backups = [5, 4, 3].map((day) => ofDay(day, { trigger: 'request' }));
    expect(expiredBackups([...backups, ofDay(2, { trigger: 'destroy' })], { at, keepCount: 1 })).toEqual([]);
  });

  it('is every backup beyond its age limit, for whatever reason it was taken, failed ones included', () => {
    const over = { expiresAt: at.toISOString() };
    const backups = [
      ofDay(1, { ...over, trigger: 'request' }),
      ofDay(2, { ...over, status: 'failed' }),
      ofDay(3, { expiresAt: '2026-11-24T11:00:00.001Z' }),
    ];

    expect(ids(expiredBackups(backups, { at, keepCount: 7 }))).toEqual([anId('bak', 1), anId('bak', 2)]);
  });

  it('is not a running one, which does not count either; it is one whose removal was interrupted', () => {
    expect(expiredBackups([ofDay(2, { status: 'pending' }), ofDay(1)], { at, keepCount: 1 })).toEqual([]);
    expect(expiredBackups([ofDay(1, { status: 'removing' })], { at, keepCount: 1 })).toHaveLength(1);
  });

  it('is never among the newest scheduled ones within the age limit, of which failed ones do not count', () => {
    const some = fc.array(
      fc.record({
        day: fc.integer({ min: 0, max: 400 }),
        status: fc.constantFrom('available' as const, 'failed' as const),
        over: fc.boolean(),
      }),
    );
    void fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 9 }), (made, keepCount) => {
        const backups = made.map(({ day, status, over }, number) =>
          ofDay(day, { id: anId('bak', number), status, ...(over ? { expiresAt: at.toISOString() } : {}) }),
        );
        const going = new Set(expiredBackups(backups, { at, keepCount }));
        const good = backups.filter(({ status, expiresAt }) => status === 'available' && expiresAt > at.toISOString());
        const kept = good.filter((backup) => !going.has(backup));
        const available = backups.filter(({ status }) => status === 'available').length;
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(keepCount, available) - (available - good.length));
        for (const gone of good.filter((backup) => going.has(backup)))
          for (const one of kept) expect(one.createdAt >= gone.createdAt).toBe(true);
      }),
    );
  });
});

describe('a removal', () => {
  const removal = () => {
    const steps: string[] = [];
    const commit = async ({ changes, entries = [] }: Commit) => {
      steps.push(changes.map(({ kind }) => kind).join('+') + entries.map(({ type }) => ` ${type}`).join(''));
    };
    return { steps, deps: { commit, now: () => at, remove: async (key: string) => void steps.push(`object ${key}`) } };
  };

  it('marks it as unusable, then removes the object, then the row, with an entry', async () => {
    const { steps, deps } = removal();
    const backup = aBackup();

    await removeBackup(deps)(backup, actor);

    expect(steps).toEqual(['save', `object ${backup.objectKey}`, 'remove+remove BackupRemoved']);
  });

  it('continues after an interruption', async () => {
    const { steps, deps } = removal();
    await removeBackup(deps)(aBackup({ status: 'removing' }), actor);
    expect(steps).toEqual([expect.stringMatching(/^object/), 'remove+remove BackupRemoved']);
  });

  it('keeps the row while the store does not respond', async () => {
    const { steps, deps } = removal();
    const silent = { ...deps, remove: () => Promise.reject(new Error('no answer')) };

    await expect(removeBackup(silent)(aBackup(), actor)).rejects.toThrow('no answer');
    expect(steps).toEqual(['save']);
  });
});
