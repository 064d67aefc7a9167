import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAwsEndpoint } from '../../src/endpoint/endpoint.ts';
import type { Listener } from '../../src/listener.ts';
import type { ServiceEmulator } from '../../src/protocol.ts';
import { createStepFunctions } from '../../src/step-functions/step-functions.ts';
import { accessKey, platformAccount, region } from '../../test-support/accounts.ts';

const stateMachineArn = `arn:aws:states:${region}:${platformAccount}:stateMachine:orders`;
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 600, End: true } },
};

describe('the SDK’s client of Step Functions', () => {
  let dir: string;
  let emulator: ServiceEmulator;
  let endpoint: Listener;
  let client: SFNClient;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'shop-states-'));
    const machines = [{ arn: stateMachineArn, name: 'orders', definition }];
    emulator = await createStepFunctions({
      dir,
      machines,
      invoke: async () => null,
      now: () => new Date('2026-01-01T00:00:00.123Z'),
    });
    endpoint = await startAwsEndpoint({ port: 0, services: { states: emulator } });
    const credentials = { accessKeyId: accessKey(platformAccount), secretAccessKey: 'secret' };
    client = new SFNClient({ endpoint: endpoint.url, region, credentials });
  });

  afterEach(async () => {
    client.destroy();
    await endpoint.close();
    await emulator.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('reads responses, dates and errors as from AWS', async () => {
    const { executionArn, startDate } = await client.send(
      new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"a":1}' }),
    );
    expect(startDate).toBeInstanceOf(Date);
    const again = client.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"a":2}' }));
    await expect(again).rejects.toBeInstanceOf(ExecutionAlreadyExists);
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    expect(executions).toEqual([expect.objectContaining({ executionArn, name: 'one', startDate })]);
    await client.send(new StopExecutionCommand({ executionArn, error: 'E', cause: 'C' }));
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'C',
      input: '{"a":1}',
      stopDate: expect.any(Date),
    });
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.map(({ id, type }) => [id, type])).toEqual([
      [1, 'ExecutionStarted'],
      [2, 'WaitStateEntered'],
      [3, 'ExecutionAborted'],
    ]);
    expect(events?.[0]?.timestamp).toEqual(startDate);
  });
});
