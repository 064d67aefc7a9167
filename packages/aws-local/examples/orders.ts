import { setTimeout } from 'node:timers/promises';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { startAwsLocal } from 'aws-local';

const account = '111122223333';
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;
const keyChange = Promise.withResolvers<string>();

/** Runs the functions; `createLambda` of `aws-local/lambda` would load them from files. */
async function invoke(functionArn: string, event: unknown): Promise<unknown> {
  if (functionArn.endsWith(':price'))
    return (event as { items: { price: number }[] }).items.reduce((sum, { price }) => sum + price, 0);
  keyChange.resolve((event as { detail: { eventName: string } }).detail.eventName);
  return null;
}

const aws = await startAwsLocal({
  dir: process.argv[2] ?? '.aws-local',
  invoke,
  machines: [
    {
      arn: arn('states', 'stateMachine:orders'),
      name: 'orders',
      definition: {
        QueryLanguage: 'JSONata',
        StartAt: 'Price',
        States: {
          Price: {
            Type: 'Task',
            Resource: arn('lambda', 'function:price'),
            Arguments: { items: '{% $states.input.items %}' },
            Output: { total: '{% $states.result %}' },
            End: true,
          },
        },
      },
    },
  ],
  // KMS reports management calls to the account's default bus, as CloudTrail does.
  rules: [
    {
      name: 'key-changes',
      busArn: arn('events', 'event-bus/default'),
      pattern: { source: ['aws.kms'], detail: { eventName: ['DisableKey'] } },
      targets: [{ arn: arn('lambda', 'function:on-key-change') }],
    },
  ],
});

// The access key ID is the account. No secret is checked.
const settings = {
  endpoint: aws.url,
  region: 'us-east-1',
  credentials: { accessKeyId: account, secretAccessKey: 'any' },
};
const states = new SFNClient(settings);
const kms = new KMSClient(settings);

const { executionArn } = await states.send(
  new StartExecutionCommand({
    stateMachineArn: arn('states', 'stateMachine:orders'),
    input: JSON.stringify({ items: [{ price: 3 }, { price: 4 }] }),
  }),
);
let execution = await states.send(new DescribeExecutionCommand({ executionArn }));
while (execution.status === 'RUNNING') {
  await setTimeout(10);
  execution = await states.send(new DescribeExecutionCommand({ executionArn }));
}
console.log(execution.status, execution.output);

const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
console.log(await keyChange.promise);

await aws.close();
