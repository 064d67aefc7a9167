/** The fixed costs of a deployment, from its template. */
import { describe, expect, it } from '@jest/globals';
import { deployedTemplate, fixedCostsIn, totalFixedCost } from '../../../bench/scale/fixed-costs.ts';

const template = await deployedTemplate();
const countOf = (service: string, from = template) =>
  fixedCostsIn(from).find((each) => each.service === service)?.count ?? 0;

describe('what stands', () => {
  it('is counted in the template: keys, alarms, metrics, a dashboard, and the endpoints beside it', () => {
    expect(countOf("Keys' rent")).toBe(3);
    expect(countOf('Dashboard')).toBe(1);
    expect(countOf('Alarms')).toBeGreaterThanOrEqual(10);
    expect(countOf('Endpoints')).toBe(6);

    const filters = [...template.resources.values()].filter(({ type }) => type === 'AWS::Logs::MetricFilter');
    expect(countOf('Metrics')).toBe(filters.length + 2);
  });

  it("would be several times as much with the API's detailed metrics", () => {
    const resources = [...template.resources].map(([logicalId, resource]): [string, typeof resource] => {
      const text = JSON.stringify(resource).replace('"DetailedMetricsEnabled":false', '"DetailedMetricsEnabled":true');
      return [logicalId, JSON.parse(text)];
    });
    const detailed = { resources: new Map(resources) };

    expect(totalFixedCost(fixedCostsIn(detailed))).toBeGreaterThan(3 * totalFixedCost(fixedCostsIn(template)));
  });

  it('says where each price is from', () => {
    for (const { source, dollars } of fixedCostsIn(template))
      expect([source, dollars > 0]).toEqual([expect.stringMatching(/^aws\.amazon\.com\//), true]);
  });
});
