/** What a month of 1,000 databases on 100 keys costs in requests to AWS, by service; servers, volumes, logs and traffic of the API come on top. */
import { useLogLines } from '#lib/log.ts';
import type { Measurement, Row } from '../row.ts';
import { month, type Part } from './month.ts';
import { added, asOf, costOf, totalOf } from './prices.ts';

export const row: Row = {
  key: 'cost',
  title: 'Requests to AWS of a month: 1,000 databases on 100 keys',
  measure: async (say) => {
    useLogLines(() => undefined);
    const parts = await month(say);
    const costs = costOf(added(parts));
    const total = totalOf(costs);
    const byService = [...costs].sort(([, a], [, b]) => b - a).map(([service, dollars]) => cost(service, dollars));
    return [...byService, { ...cost('in all', total), note: partsOf(parts, total) }, shareOf(parts, total)];
  },
};

const cost = (name: string, value: number): Measurement => ({
  ...{ name, value, unit: '$', baseline: null, ratio: null, target: 'printed', met: true },
});

const dollarsOf = (part: Part): number => totalOf(costOf(added([part])));

const partsOf = (parts: readonly Part[], total: number): string => {
  const shares = parts.map((part) => `${part.name} $${dollarsOf(part).toFixed(2)} (${Math.round((dollarsOf(part) / total) * 100)} %)`);
  return `Prices of US East (N. Virginia), ${asOf}, without free tiers. ${shares.join(', ')}`;
};

function shareOf(parts: readonly Part[], total: number): Measurement {
  const sweeps = parts.filter(({ name }) => name === 'sweeps');
  const value = (sweeps.reduce((sum, part) => sum + dollarsOf(part), 0) / total) * 100;
  const bare = (100 * 60 * 24 * 30 * 0.03) / 10_000;
  const note = `One request to KMS for each key and minute is $${bare.toFixed(2)} alone: without it a key that is off would be noticed by its events only.`;
  return { name: "the sweeps' share", value, unit: '%', baseline: null, ratio: null, target: '≤ 20 %', met: value <= 20, note };
}
