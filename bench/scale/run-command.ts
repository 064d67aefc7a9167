/** Systems Manager's Run Command over simulated instances: a command is taken for all its instances or for none. */
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { Commands, Run } from '#lib/fleet/ec2/cloud.ts';
import type { Instances, Machine } from './instances.ts';
import type { Surroundings } from './surroundings.ts';

interface Invocation {
  readonly machine: Machine;
  readonly endsAt: number;
  readonly service: Machine['service'];
  done: boolean;
}

const throttled = () => new AwsRefusal('ThrottlingException');

export function runCommand(around: Surroundings, instances: Instances): Commands {
  const { time, meter } = around;
  const sent = new Map<string, Invocation[]>();
  const listens = (machine: Machine): boolean => instances.stateOf(machine) === 'running' && machine.agentAt <= time.millis();
  return {
    send: async ({ instanceIds, comment }) => {
      const tokens = { sendCommand: 1 };
      await around.request({ action: 'SSM SendCommand', latency: 'ssmRequest', tokens, refusal: throttled });
      meter.saw('commandTargets', instanceIds.length);
      const machines = instanceIds.flatMap((id) => instances.all.get(id) ?? []);
      if (!machines.every(listens)) throw new AwsRefusal('InvalidInstanceId');
      const service = comment.includes('stop-services') ? 'stopped' : 'running';
      const script = service === 'stopped' ? 'saveAndStop' : 'startAndLoad';
      const id = `command-${sent.size + 1}`;
      const invocations = machines.map((machine) => {
        const endsAt = time.millis() + around.lasting('pickup') + around.lasting(script);
        return { machine, endsAt, service, done: false } satisfies Invocation;
      });
      sent.set(id, invocations);
      for (const invocation of invocations) time.at(invocation.endsAt, () => end(invocation));
      return id;
    },
    runsOf: async (commandId) => {
      const tokens = { readCommand: 1 };
      await around.request({ action: 'SSM ListCommandInvocations', latency: 'ssmRequest', tokens, refusal: throttled });
      return (sent.get(commandId) ?? []).map(runOf);
    },
  };
}

function end(invocation: Invocation): void {
  invocation.done = true;
  invocation.machine.service = invocation.service;
}

const runOf = ({ machine, endsAt, done }: Invocation): Run => ({
  instanceId: machine.instanceId,
  state: done ? 'ended' : 'underway',
  endedAt: done ? new Date(endsAt) : null,
  exitCode: done ? 0 : null,
  output: '',
});
