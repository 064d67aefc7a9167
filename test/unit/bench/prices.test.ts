/** Prices of counted AWS requests. */
import { describe, expect, it } from '@jest/globals';
import { added, costOf, prices, totalOf } from '../../../bench/scale/prices.ts';

describe('the price of counted requests', () => {
  it('is that of its service, for as many as there were', () => {
    const costs = costOf(
      new Map([
        ['KMS Decrypt', 10_000],
        ['KMS CreateGrant by EC2', 10_000],
        ['SES SendEmail', 500],
      ]),
    );

    expect(costs.get('KMS')).toBeCloseTo(0.06);
    expect(costs.get('SES')).toBeCloseTo(0.05);
    expect(totalOf(costs)).toBeCloseTo(0.11);
  });

  it('takes DynamoDB by its units, and EC2 and Run Command for nothing', () => {
    const free = ['DynamoDB GetItem', 'EC2 StopInstances', 'SSM SendCommand', 'StepFunctions StartExecution'].map(
      (name) => [name, 1e9] as const,
    );

    expect(totalOf(costOf(new Map(free)))).toBe(0);
    expect(costOf(new Map([['DynamoDB write units', 1_000_000]])).get('DynamoDB')).toBeCloseTo(0.625);
  });

  it('distinguishes S3 requests that write or list from reads, and charges no deletion', () => {
    const of = (action: string) => costOf(new Map([[`S3 ${action}`, 1000]])).get('S3');

    expect(['PutObject', 'UploadPart', 'ListParts', 'HeadObject', 'DeleteObject'].map(of)).toEqual([
      0.005, 0.005, 0.005, 0.0004, 0,
    ]);
  });

  it('counts parts as often as they come', () => {
    const counted = new Map([['KMS Decrypt', 2]]);

    expect(
      added([
        { counted, times: 30 },
        { counted, times: 1 },
      ]).get('KMS Decrypt'),
    ).toBe(62);
  });

  it('says where each price is from', () => {
    for (const { source, dollars, per } of prices)
      expect([source, dollars > 0, per > 0]).toEqual([expect.stringMatching(/^aws\.amazon\.com\//), true, true]);
  });
});
