/** The report of declared rights that no test used. */
import { expect, it } from '@jest/globals';
import { unusedRights } from '#test/support/rights-reporter.ts';

const declared = new Map([
  ['apiKeys', ['keys:probe', 'table:read']],
  ['onEffectDue', ['apps:restart', 'table:read']],
]);

it('lists each function’s rights without a use, and why the local cloud cannot show some', () => {
  const used = new Set(['apiKeys table:read', 'apiReads keys:probe', 'onEffectDue table:read']);

  expect(unusedRights(declared, used)).toEqual([
    'apiKeys: keys:probe',
    'onEffectDue: apps:restart (the local cloud has no ECS)',
  ]);
});

it('lists nothing if every right was used', () => {
  const used = new Set([...declared].flatMap(([key, rights]) => rights.map((right) => `${key} ${right}`)));

  expect(unusedRights(declared, used)).toEqual([]);
});
