/** Events of an execution for EventBridge. */
import { afterEach, expect, it } from '@jest/globals';
import type { BusEvent } from '../../../src/event-bridge/bus-event.ts';
import { createWorld, lambdaError, machineArn, type World } from '../../../test-support/step-functions.ts';
import { double, map } from './maps.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.remove();
  world = undefined;
});

it.each([
  { end: 'SUCCEEDED', work: double, output: '[2,4]', error: null },
  {
    end: 'FAILED',
    work: () => {
      throw lambdaError('Broken', 'no');
    },
    output: null,
    error: 'States.ExceedToleratedFailureThreshold',
  },
])(
  "reports that an execution started and $end, and nothing of a Map's children",
  async ({ end, work, output, error }) => {
    const events: BusEvent[] = [];
    world = await createWorld(map('DISTRIBUTED'), { work }, { emit: (event) => events.push(event) });
    const { arn } = await world.finish(await world.start([1, 2]));

    expect(events.map(({ detail }) => detail.status)).toEqual(['RUNNING', end]);
    expect(events[1]).toMatchObject({
      ...{ source: 'aws.states', account: '210987654321', region: 'us-east-1', resources: [arn] },
      'detail-type': 'Step Functions Execution Status Change',
      detail: { executionArn: arn, stateMachineArn: machineArn, input: '[1,2]', output, error },
    });
  },
);
