/**
 * A process that runs Step Functions in the folder it is given, and answers each line of its input with one of JSON.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStepFunctions } from '../../src/step-functions/step-functions.ts';
import { accessKey, callerOf, platformAccount } from '../../test-support/accounts.ts';

const [dir = ''] = process.argv.slice(2);
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:${platformAccount}:function:${name}`;
const each = (Mode: 'INLINE' | 'DISTRIBUTED') => ({
  Type: 'Map',
  Items: '{% $states.input %}',
  MaxConcurrency: 3,
  ItemProcessor: {
    ProcessorConfig: Mode === 'INLINE' ? { Mode } : { Mode, ExecutionType: 'STANDARD' },
    StartAt: 'Item',
    States: { Item: { Type: 'Task', Resource: arnOf('item'), End: true } },
  },
  End: true,
});
const definitions = {
  wait: { Type: 'Wait', Seconds: 1, End: true },
  task: { Type: 'Task', Resource: arnOf('slow'), End: true },
  inline: each('INLINE'),
  distributed: each('DISTRIBUTED'),
};

/** Notes each call when it begins and when it has answered. */
async function invoke(functionArn: string, payload: unknown): Promise<unknown> {
  const note = (what: string) => appendFileSync(join(dir, 'calls'), `${what} ${JSON.stringify(payload)}\n`);
  note('begin');
  await sleep(functionArn.endsWith('slow') ? 400 : 60);
  note('end');
  return payload;
}

const machines = Object.entries(definitions).map(([name, state]) => ({
  arn: `arn:aws:states:us-east-1:${platformAccount}:stateMachine:${name}`,
  name,
  definition: { QueryLanguage: 'JSONata', StartAt: name, States: { [name]: state } },
}));
const emulator = await createStepFunctions({ dir, machines, invoke });
for await (const line of createInterface({ input: process.stdin })) {
  const { operation, input } = JSON.parse(line);
  const caller = callerOf(accessKey(platformAccount));
  const response = await emulator.call({ operation, input, caller, region: 'us-east-1', requestId: 'r' });
  process.stdout.write(`${JSON.stringify(response)}\n`);
}
await emulator.close();
