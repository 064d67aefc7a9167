/** The meter that counts simulated requests against quotas. */
import { describe, expect, it } from '@jest/globals';
import { meter } from '../../../bench/scale/meter.ts';

const at = { millis: 0 };
const aMeter = (raised = false) => meter(() => at.millis, raised);
const marginOf = (margins: readonly { title: string; margin: number; refused: number }[], title: string) =>
  margins.find((margin) => margin.title === title);

describe('a meter', () => {
  it('counts requests by name', () => {
    const own = aMeter();
    own.count('EC2 StopInstances');

    own.count('EC2 StopInstances', 2);

    expect(own.requests.get('EC2 StopInstances')).toBe(3);
  });

  it('takes all tokens of a request or none of them, and counts the refusal where it was short', () => {
    const own = aMeter();

    expect(own.take({ startRequests: 1, startedInstances: 1000 })).toBe(true);
    expect(own.take({ startRequests: 1, startedInstances: 1 })).toBe(false);
    expect(marginOf(own.margins(), 'EC2 StartInstances, requests')).toMatchObject({ margin: 4 / 5, refused: 0 });
    expect(marginOf(own.margins(), 'EC2 StartInstances, instances')).toMatchObject({ margin: 0, refused: 1 });
  });

  it('has a bucket for each partition, and reports the tightest', () => {
    const own = aMeter();
    own.take({ partitionWrites: 900 }, 'TEAM#a');

    own.take({ partitionWrites: 100 }, 'TEAM#b');

    expect(marginOf(own.margins(), 'DynamoDB write units of a partition')?.margin).toBeCloseTo(0.1);
  });

  it('lets more through where the quota was raised', () => {
    for (const raised of [false, true]) {
      at.millis = 0;
      const own = aMeter(raised);
      own.take({ startedInstances: 1000 });
      at.millis = 1000;
      expect(own.take({ startedInstances: 50 })).toBe(raised);
    }
  });

  it('reports how close the largest request came to its limit', () => {
    const own = aMeter();
    for (const items of [20, 53, 7]) own.saw('transactionItems', items);

    expect(marginOf(own.margins(), 'DynamoDB items of a transaction')).toMatchObject({ margin: 0.47, refused: 0 });

    own.saw('commandTargets', 51);
    expect(marginOf(own.margins(), 'SSM instances of a command')?.refused).toBe(1);
  });
});
