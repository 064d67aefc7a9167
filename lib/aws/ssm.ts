/**
 * Systems Manager's Run Command for the fleet's driver: runs a script on up to 50 instances and returns the results.
 */
import {
  type CommandInvocation,
  ListCommandInvocationsCommand,
  type ListCommandInvocationsCommandInput,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Commands, Run } from './cloud.ts';
import { roleCredentials } from './credentials.ts';
import { orRefusal } from './refusal.ts';

let client: SSMClient | undefined;
const ssm = (): SSMClient => {
  client ??= new SSMClient({ maxAttempts: 3, retryMode: 'adaptive', ...roleCredentials() });
  return client;
};

/** Seconds in which an instance's agent must receive a command; after that, it never runs. */
const deliverySeconds = 120;

export const commands = (): Commands => ({
  send: async ({ instanceIds, comment, script, withinSeconds }) => {
    const Parameters = { commands: script.split('\n'), executionTimeout: [String(withinSeconds)] };
    const command = new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [...instanceIds],
      Comment: comment,
      TimeoutSeconds: deliverySeconds,
      // A failure on one instance must not affect the others.
      MaxErrors: '100%',
      MaxConcurrency: '100%',
      Parameters,
    });
    return (await orRefusal(ssm().send(command))).Command?.CommandId ?? '';
  },

  runsOf: async (CommandId) => {
    const runs: Run[] = [];
    let NextToken: string | undefined;
    do {
      const input: ListCommandInvocationsCommandInput = {
        CommandId,
        Details: true,
        ...(NextToken ? { NextToken } : {}),
      };
      const page = await orRefusal(ssm().send(new ListCommandInvocationsCommand(input)));
      runs.push(...(page.CommandInvocations ?? []).map(asRun));
      NextToken = page.NextToken;
    } while (NextToken);
    return runs;
  },
});

function asRun(invocation: CommandInvocation): Run {
  const { InstanceId = '', RequestedDateTime = new Date(0), CommandPlugins } = invocation;
  const [plugin] = CommandPlugins ?? [];
  const state = stateOf(invocation);
  return {
    instanceId: InstanceId,
    state,
    endedAt: state === 'underway' ? null : (plugin?.ResponseFinishDateTime ?? RequestedDateTime),
    exitCode: state === 'ended' ? (plugin?.ResponseCode ?? null) : null,
    output: plugin?.Output ?? '',
  };
}

/** Source: Systems Manager user guide, "Understanding command statuses". */
function stateOf({ Status, StatusDetails = '' }: CommandInvocation): Run['state'] {
  if (Status === 'Pending' || Status === 'InProgress' || Status === 'Delayed' || Status === 'Cancelling')
    return 'underway';
  const detail = StatusDetails.replaceAll(' ', '');
  if (['DeliveryTimedOut', 'Undeliverable', 'Terminated', 'InvalidPlatform', 'AccessDenied'].includes(detail))
    return 'undelivered';
  if (Status === 'Cancelled' || detail === 'ExecutionTimedOut') return 'cut_off';
  return 'ended';
}
