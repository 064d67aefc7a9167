/** What a state machine may call is decided by the policies of its role. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { identityPolicies } from '../../../src/authorization/index.ts';
import { createWorld, functionArn, machineArn, state, type World } from '../../../test-support/step-functions.ts';
import { double, map } from './maps.ts';

const arn = 'arn:aws:iam::210987654321:role/orders';
const roleWith = (...Statement: object[]) => ({
  ...{ accountId: '210987654321', arn, sessionName: 'session' },
  policies: identityPolicies([JSON.stringify({ Version: '2012-10-17', Statement })]),
});
const invokes = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn('work') };
const starts = { Effect: 'Allow', Action: 'states:StartExecution', Resource: machineArn };
const other = { ...invokes, Resource: functionArn('other') };

let world: World | undefined;
afterEach(async () => {
  await world?.remove();
  world = undefined;
});

async function finished(definition: unknown, role: ReturnType<typeof roleWith>, input: unknown = 2) {
  world = await createWorld(
    definition,
    { work: double },
    { machines: [{ arn: machineArn, name: 'orders', definition, role }] },
  );
  return world.finish(await world.start(input));
}

const task = { Type: 'Task', Resource: functionArn('work'), End: true };

describe("a state machine's role", () => {
  it('lets a Task invoke the functions that it allows', async () => {
    expect(await finished(state('Work', { Work: task }), roleWith(invokes))).toMatchObject({ output: 4 });
    expect(await world?.call('DescribeStateMachine', { stateMachineArn: machineArn })).toMatchObject({ roleArn: arn });
  });

  it.each([
    { what: 'is silent about', statements: [other], why: 'because no identity-based policy allows' },
    { what: 'denies', statements: [invokes, { ...invokes, Effect: 'Deny' }], why: 'with an explicit deny' },
  ])('fails a Task on a function that it $what, without calling it', async ({ statements, why }) => {
    const { status, error, cause } = await finished(state('Work', { Work: task }), roleWith(...statements));

    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(cause).toContain(
      'User: arn:aws:sts::210987654321:assumed-role/orders/session is not authorized to perform: ' +
        `lambda:InvokeFunction on resource: ${functionArn('work')} ${why}`,
    );
    expect(world?.calls).toEqual([]);
  });

  it('can be caught as a failure of the task', async () => {
    const caught = { ...task, Catch: [{ ErrorEquals: ['Lambda.AWSLambdaException'], Next: 'Caught' }] };
    const definition = state('Work', { Work: caught, Caught: { Type: 'Succeed', Output: 'caught' } });

    expect(await finished(definition, roleWith(other))).toMatchObject({ status: 'SUCCEEDED', output: 'caught' });
  });

  it('lets a distributed Map start its children, or fails it', async () => {
    const definition = map('DISTRIBUTED', { Label: 'batches' });
    expect(await finished(definition, roleWith(invokes, starts), [1, 2])).toMatchObject({ output: [2, 4] });
    await world?.remove();

    const { status, error, cause } = await finished(definition, roleWith(invokes), [1, 2]);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Permissions' });
    expect(cause).toContain(`states:StartExecution on resource: ${machineArn}`);
  });
});
