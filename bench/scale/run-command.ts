/** Systems Manager's Run Command over simulated instances: a command is accepted for all its instances or for none. */
import type { Commands, Run } from '#lib/aws/cloud.ts';
import { AwsRefusal } from '#lib/aws/refusal.ts';
import type { ScaleContext } from './context.ts';
import type { Instances, Machine } from './instances.ts';
import type { Latency } from './latencies.ts';

interface Invocation {
  readonly machine: Machine;
  readonly endsAt: number;
  readonly script: Script;
  done: boolean;
}

interface Script {
  readonly lasts: Latency;
  readonly ends: (machine: Machine) => void;
  readonly prints: string;
}

interface Effects {
  readonly instances: Instances;
  readonly uploaded: (backupId: string) => void;
}

/** The kind of script, by the comment of its command. */
function scriptOf(comment: string, { instances, uploaded }: Effects): Script {
  const [, verb = '', id = ''] =
    /^latchkey (stop-services|start-services|shut-down|snapshot|upload)-?(.*)$/.exec(comment) ?? [];
  const service = (state: Machine['service']) => (machine: Machine) => {
    machine.service = state;
  };
  const scripts: Readonly<Record<string, Script>> = {
    'stop-services': { lasts: 'saveAndStop', ends: service('stopped'), prints: '' },
    'start-services': { lasts: 'startAndLoad', ends: service('running'), prints: '' },
    'shut-down': { lasts: 'shutDown', ends: instances.shutDown, prints: '' },
    snapshot: { lasts: 'snapshot', ends: () => undefined, prints: '50000000 200000000' },
    upload: { lasts: 'upload', ends: () => uploaded(id), prints: '' },
  };
  const script = scripts[verb];
  if (!script) throw new Error(`There is no script for ${comment}`);
  return script;
}

const throttled = () => new AwsRefusal('ThrottlingException');

export function runCommand(around: ScaleContext, instances: Instances, uploaded: (backupId: string) => void): Commands {
  const { time, meter } = around;
  const sent = new Map<string, Invocation[]>();
  const listens = (machine: Machine): boolean =>
    instances.stateOf(machine) === 'running' && machine.agentAt <= time.millis();
  return {
    send: async ({ instanceIds, comment }) => {
      const tokens = { sendCommand: 1 };
      await around.request({ action: 'SSM SendCommand', latency: 'ssmRequest', tokens, refusal: throttled });
      meter.saw('commandTargets', instanceIds.length);
      const machines = instanceIds.flatMap((id) => instances.all.get(id) ?? []);
      if (!machines.every(listens)) throw new AwsRefusal('InvalidInstanceId');
      const script = scriptOf(comment, { instances, uploaded });
      const id = `command-${sent.size + 1}`;
      const invocations = machines.map((machine) => {
        const endsAt = time.millis() + around.lasting('pickup') + around.lasting(script.lasts);
        return { machine, endsAt, script, done: false } satisfies Invocation;
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
  invocation.script.ends(invocation.machine);
}

const runOf = ({ machine, endsAt, script, done }: Invocation): Run => ({
  instanceId: machine.instanceId,
  state: done ? 'ended' : 'underway',
  endedAt: done ? new Date(endsAt) : null,
  exitCode: done ? 0 : null,
  output: done ? script.prints : '',
});
