/**
 * The monthly cost of 1,000 databases on 100 keys on AWS: requests by service, and fixed costs. Servers, volumes,
 * stored backups, logs and traffic are not included.
 */
import { useLogLines } from '#lib/log.ts';
import type { Measurement, Row } from '../row.ts';
import { deployedTemplate, fixedCostsIn, totalFixedCost } from './fixed-costs.ts';
import { month, type Part, size } from './month.ts';
import { added, asOf, costOf, totalOf } from './prices.ts';

export const row: Row = {
  key: 'cost',
  title: 'AWS for a month: 1,000 databases on 100 keys, without servers and volumes',
  measure: async (say) => {
    useLogLines(() => undefined);
    const { parts, withoutEvents } = await month(say);
    const costs = costOf(added(parts));
    const total = totalOf(costs);
    const byService = [...costs].sort(([, a], [, b]) => b - a).map(([service, dollars]) => cost(service, dollars));
    const standing = fixedCostsIn(await deployedTemplate());
    const others = parts.filter(({ name }) => name !== 'sweeps');
    return [
      ...byService,
      { ...cost('requests in all', total), note: partsOf(parts, total) },
      ...standing.map(({ service, count, dollars }) => ({
        ...cost(service, count * dollars),
        note: `${count} at $${dollars} a month`,
      })),
      { ...cost('in all', total + totalFixedCost(standing)), note: standingNote },
      { ...shareOf(parts), target: '≤ 20 %', met: shareOf(parts).value <= 20, note: assumed },
      {
        ...shareOf([...others, withoutEvents]),
        name: `${share}, were no key's events forwarded`,
        note: bare(withoutEvents),
      },
    ];
  },
};

const cost = (name: string, value: number): Measurement => ({
  ...{ name, value, unit: '$', baseline: null, ratio: null, target: 'printed', met: true },
});

const dollarsOf = (part: Part): number => totalOf(costOf(added([part])));

const partsOf = (parts: readonly Part[], total: number): string => {
  const shares = parts.map(
    (part) => `${part.name} $${dollarsOf(part).toFixed(2)} (${Math.round((dollarsOf(part) / total) * 100)} %)`,
  );
  return `Prices of US East (N. Virginia), ${asOf}, without free tiers. ${shares.join(', ')}`;
};

const share = "the sweeps' share";

function shareOf(parts: readonly Part[]): Measurement {
  const dollars = (some: readonly Part[]) => some.reduce((sum, part) => sum + dollarsOf(part), 0);
  const value = (dollars(parts.filter(({ name }) => name === 'sweeps')) / dollars(parts)) * 100;
  return { name: share, value, unit: '%', baseline: null, ratio: null, target: 'printed', met: true };
}

const standingNote =
  "A NAT gateway instead of the six endpoints is $33 a zone, and its traffic. A customer's key is $1 a month on " +
  "the customer's own bill, and $1 more after each of its first two rotations.";

const assumed =
  'All 100 keys are onboarded with the template, and their events are proven to arrive: each is looked at every 5 ' +
  'minutes, and by events (docs/design/014-how-often-a-key-is-swept.md).';

const bare = (part: Part): string => {
  const dollars = dollarsOf(part);
  return (
    `$${dollars.toFixed(2)}, or $${(dollars / size.keys).toFixed(2)} for a key: a quick check of each key in ` +
    'each minute finds a key that is disabled, or a refused action, within 65 seconds without an event ' +
    '(docs/design/027-degraded-keys-and-readiness.md).'
  );
};
