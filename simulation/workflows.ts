/** The state machines of `statemachines/` in the interpreter of `aws-local`, in virtual time and in memory. */
import { noFaults } from 'aws-local/faults';
import {
  createEngine,
  type Definition,
  type Engine,
  type ExecutionRecord,
  executionArn,
  jsonataFunctions,
  type MapRunRecord,
  type Register,
  readDefinition,
} from 'aws-local/step-functions';
import type { Start } from '#lib/model/outbox-message.ts';
import type { Workflows } from '#lib/model/ports.ts';
import { Transient } from '#lib/model/problem.ts';
import { listStates, machineNames, readMachine } from '#statemachines/definitions.ts';
import type { Chaos } from './chaos.ts';
import type { VirtualTime } from './virtual-time.ts';

const machineArn = (machine: string) => `arn:aws:states:us-east-1:210987654321:stateMachine:${machine}`;
const functionPrefix = 'arn:aws:lambda:us-east-1:210987654321:function:';

/** One function for all steps of a machine; the payload names the step. */
const definitionOf = (machine: string): Definition =>
  readDefinition(readMachine(machine, () => `${functionPrefix}${machine}`));

/** Read once, since every world has the same machines. */
const definitions = new Map(machineNames.map((machine) => [machine, definitionOf(machine)]));

const stepName = (machine: string, step: unknown): string => `${machine}: ${step}`;

/** Every step of every machine, as `key-shutdown: Stop services`. */
export const stepsOfMachines = (): string[] =>
  machineNames.flatMap((machine) =>
    listStates(readMachine(machine)).flatMap(([state, { Type }]) =>
      Type === 'Task' ? [stepName(machine, state)] : [],
    ),
  );

function memoryRegister(): Register {
  const executions = new Map<string, ExecutionRecord>();
  const mapRuns = new Map<string, MapRunRecord>();
  const journals = new Map<number, unknown[]>();
  const of = <T>(items: Map<string, T>, wanted: (item: T) => boolean) => [...items.values()].filter(wanted);
  return {
    execution: (arn) => executions.get(arn),
    executionsOf: (owner) => of(executions, ({ mapRunArn, machineArn: own }) => (mapRunArn ?? own) === owner),
    running: () => of(executions, ({ status }) => status === 'RUNNING'),
    mapRun: (arn) => mapRuns.get(arn),
    mapRunsOf: (arn) => of(mapRuns, ({ executionArn: own }) => own === arn),
    nextNumber: () => executions.size + 1,
    journalOf: ({ number }) => {
      const lines = journals.get(number) ?? [];
      journals.set(number, lines);
      return { append: (line) => void lines.push(line), read: () => lines, reset: () => void lines.splice(0) };
    },
    add: (execution) => void executions.set(execution.arn, execution),
    addMapRun: (mapRun) => void mapRuns.set(mapRun.arn, mapRun),
    close: (arn, status, stopDate) => {
      const execution = executions.get(arn);
      const mapRun = mapRuns.get(arn);
      if (execution) executions.set(arn, { ...execution, status, stopDate });
      if (mapRun && status !== 'TIMED_OUT') mapRuns.set(arn, { ...mapRun, status, stopDate });
    },
    created: (_, now) => now,
  };
}

export interface SimulatedWorkflows extends Workflows {
  /** Names of the running executions. */
  running(): string[];
  readonly engine: Engine;
}

export function simulatedWorkflows(
  time: VirtualTime,
  chaos: Chaos,
  invoke: (name: string, payload: unknown) => Promise<unknown>,
): SimulatedWorkflows {
  const register = memoryRegister();
  const host = {
    functions: jsonataFunctions(time.now),
    timers: { at: time.at },
    speed: 1,
    chance: chaos.chance,
    now: time.millis,
    invoke: (arn: string, payload: unknown) =>
      invoke(stepName(arn.slice(functionPrefix.length), (payload as { step: unknown }).step), structuredClone(payload)),
    around: noFaults.aroundState,
  };
  const byHash = new Map([...definitions.values()].map((definition) => [definition.hash, definition]));
  const engine = createEngine({
    register,
    definitions: { get: (hash) => byHash.get(hash), add: readDefinition },
    host,
  });
  const away = () => new Transient('Step Functions does not answer');
  const start = ({ machine, name, input }: Start) => {
    const definition = definitions.get(machine);
    if (!definition) throw new Error(`There is no machine ${machine}`);
    if (register.execution(executionArn(machineArn(machine), name))) return;
    engine.start({ machineArn: machineArn(machine), name, input: JSON.stringify(input), definition });
  };
  return {
    engine,
    running: () => register.running().map(({ name }) => name),
    startWorkflow: (execution) => chaos.call('states', () => start(execution), away),
    isRunning: (machine, name) =>
      chaos.call(
        'states',
        () => register.execution(executionArn(machineArn(machine), name))?.status === 'RUNNING',
        away,
      ),
  };
}
