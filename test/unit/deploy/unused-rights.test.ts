/** The report of declared rights that no test used. */
import { expect, it } from '@jest/globals';
import { reportOf, unusedRights } from '#test/support/rights-reporter.ts';

const declared = new Map([
  ['apiKeys', ['keys:probe', 'table:read']],
  ['onEffectDue', ['apps:restart', 'table:read']],
]);

it('lists each function’s rights without a use, apart from those that only AWS can show', () => {
  const used = new Set(['apiKeys table:read', 'apiReads keys:probe', 'onEffectDue table:read']);

  expect(unusedRights(declared, used)).toEqual({
    unexplained: ['apiKeys: keys:probe'],
    onlyOnAws: [expect.stringMatching(/^onEffectDue: apps:restart \(no emulator has ECS/)],
  });
});

it('lists nothing if every right was used', () => {
  const used = new Set([...declared].flatMap(([key, rights]) => rights.map((right) => `${key} ${right}`)));

  expect(unusedRights(declared, used)).toEqual({ unexplained: [], onlyOnAws: [] });
});

it.each([
  [[], [], '\nThe tests used every declared right.\n'],
  [[], ['a: b (c)'], '\nThe tests used every declared right, except what only AWS can show:\n  a: b (c)\n'],
  [['d: e'], ['a: b (c)'], '\nDeclared rights that no test used:\n  d: e\n  a: b (c)\n'],
])('reports %j and %j', (unexplained, onlyOnAws, report) => {
  expect(reportOf({ unexplained, onlyOnAws })).toBe(report);
});
