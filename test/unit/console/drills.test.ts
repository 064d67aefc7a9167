/** What the console says of drills: live, and of their reports. */
import { describe, expect, it } from '@jest/globals';
import type { DrillReport } from '#console/api/types.ts';
import { costText, drillState, estimateText, parityText, phaseLines } from '#console/view-models/drills.ts';
import { drillFailures, drillStages } from '#lib/model/drill-state.ts';
import { aKey } from './things.ts';

const aDrill = (its: Partial<DrillReport> = {}): DrillReport => ({
  ...{ id: 'drill_a', mode: 'simulated', key: { id: 'key_a', arn: aKey().arn }, drillKey: null },
  ...{ database: { id: 'db_a', name: 'orders' }, waitingPeriodMinutes: 0, stage: 'ended', stages: [], lockout: null },
  ...{ outcome: 'passed', failure: null, detail: null },
  ...{ startedAt: '2026-11-29T13:00:00.000Z', endedAt: '2026-11-29T13:04:00.000Z' },
  ...{
    phases: [],
    noticed: null,
    opening: null,
    findings: null,
    cost: null,
    notShown: [],
    fixes: [],
    next: null,
    actions: [],
  },
  parity: { keysBefore: 1000, keysAfter: 1000, expiring: 0, isSame: true, lagBytes: 0 },
  ...its,
});

describe('a drill', () => {
  it('has a sentence for each stage, and waits in amber for the owner of the drill key', () => {
    const running = drillStages.filter((stage) => stage !== 'ended');
    const states = running.map((stage) => drillState(aDrill({ stage, outcome: null })));

    expect(new Set(states.map(({ sentence }) => sentence)).size).toBe(running.length);
    expect(running.filter((_, index) => states[index]?.tone === 'amber')).toEqual([
      'awaiting_disable',
      'awaiting_enable',
    ]);
  });

  it.each(drillFailures)('that failed says why: %s', (failure) => {
    const outcome = failure === 'aborted' ? 'aborted' : 'failed';

    expect(drillState(aDrill({ outcome, failure })).sentence).toContain(failure.replaceAll('_', ' '));
  });

  it('that passed is green; its failure in detail is what the API says', () => {
    expect(drillState(aDrill())).toMatchObject({ tone: 'green', word: 'passed' });
    const failed = aDrill({ outcome: 'failed', failure: 'not_stopped', detail: 'The fork did not stop in 20 min.' });
    expect(drillState(failed)).toMatchObject({ tone: 'red', sentence: expect.stringContaining('did not stop in 20') });
  });

  it('is judged phase by phase against the objectives', () => {
    const phases: DrillReport['phases'] = [
      { phase: 'forked', expectedSeconds: null, measuredSeconds: 30, objectiveSeconds: null, met: null },
      { phase: 'stopped', expectedSeconds: 60, measuredSeconds: 90, objectiveSeconds: 1200, met: true },
      { phase: 'restored', expectedSeconds: null, measuredSeconds: 400, objectiveSeconds: 300, met: false },
      { phase: 'removed', expectedSeconds: null, measuredSeconds: null, objectiveSeconds: null, met: null },
    ];

    const lines = phaseLines(aDrill({ phases }));

    expect(lines.map(({ verdict }) => verdict)).toEqual(['no objective', 'met', 'missed', 'not reached']);
    expect(lines[1]).toMatchObject({ measured: '1 min 30 s', objective: '≤ 20 min', expected: '1 min' });
  });

  it('says whether data was lost', () => {
    expect(parityText(aDrill())).toBe('1,000 keys, the same as before: nothing was lost.');
    const empty = { keysBefore: 0, keysAfter: 0, expiring: 0, isSame: true, lagBytes: 0 };
    expect(parityText(aDrill({ parity: empty }))).toContain('no data to compare');
    const parity = { keysBefore: 1000, keysAfter: 998, expiring: 2, isSame: false, lagBytes: 0 };
    expect(parityText(aDrill({ parity }))).toMatch(/^1,000 keys before, 998 keys after: the data differs\. 2 keys/);
    expect(parityText(aDrill({ parity: { ...parity, isSame: null, keysBefore: null } }))).toBe('not measured yet');
  });

  it('says what it occupies before it starts', () => {
    const cost = { instanceType: 'r7g.large', instanceMinutes: 15, volumeGiB: 20, volumeGiBHours: 5, snapshots: 1 };
    const database = { id: 'db_a', name: 'orders', plan: 'private-7' };

    expect(estimateText({ database, minutes: 15, cost })).toContain('r7g.large for 15 minutes');
    expect(estimateText({ database, minutes: 15, cost: null })).not.toContain('EC2');
    expect(costText(null)).toBeNull();
  });
});
