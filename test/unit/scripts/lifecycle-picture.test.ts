/** The picture of the lifecycle shows exactly the transitions of the rules. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '#lib/model/key.ts';
import { type LockoutState, lockoutStates } from '#lib/model/lockout-state.ts';
import { afterObservation, afterStep, machineFor } from '#lib/model/lockout-transitions.ts';
import { mainPath } from '../../../scripts/lifecycle/edges.ts';
import { lifecycleSvg } from '../../../scripts/lifecycle-picture.ts';

const svg = lifecycleSvg();
const drawn = [...svg.matchAll(/<title>(\S+) to (\S+): ([^<]+)<\/title>/g)].map(([, from, to, verdicts]) => ({
  from,
  to,
  verdicts: verdicts?.split(' or '),
}));
const edge = (from: LockoutState | null, to: LockoutState) =>
  drawn.find((one) => one.from === (from ?? 'none') && one.to === to);
const verdicts: readonly Verdict[] = ['usable', 'unusable', 'unknown'];

describe('the picture of the lifecycle', () => {
  it.each(lockoutStates.filter((state) => machineFor(state) !== null))(
    'shows what follows the step of %s, under each verdict',
    (state) => {
      for (const verdict of verdicts) {
        const next = afterStep(state, verdict);
        if (next !== state) expect(edge(state, next)?.verdicts).toContain(verdict);
      }
    },
  );

  it('shows what an observation decides', () => {
    expect(afterObservation(null, 'unusable', 1)).toBe('waiting');
    expect(edge(null, 'waiting')?.verdicts).toEqual(['unusable']);
    expect(afterObservation('waiting', 'usable', 1)).toBe('cancelled');
    expect(edge('waiting', 'cancelled')?.verdicts).toEqual(['usable', 'degraded']);
    expect(afterObservation('stopped', 'usable', 1)).toBe('starting_servers');
    expect(edge('stopped', 'starting_servers')?.verdicts).toEqual(['usable', 'degraded']);
  });

  it('shows nothing else', () => {
    const allowed = ({ from, to }: (typeof drawn)[number], verdict: string) => {
      const state = from === 'none' ? null : (from as LockoutState);
      return (
        afterObservation(state, verdict as Verdict, 1) === to ||
        (state !== null && afterStep(state, verdict as Verdict) === to)
      );
    };

    expect(drawn).toHaveLength(12);
    for (const one of drawn) for (const verdict of one.verdicts ?? []) expect(allowed(one, verdict)).toBe(true);
  });

  it('has the order of the seed as its row', () => {
    expect(mainPath()).toEqual([
      'waiting',
      'stopping_services',
      'stopping_servers',
      'stopped',
      'starting_servers',
      'starting_services',
      'restored',
    ]);
  });

  it('is the one in docs/, made anew', () => {
    expect(readFileSync(new URL('../../../docs/lifecycle.svg', import.meta.url), 'utf8')).toBe(svg);
  });
});
