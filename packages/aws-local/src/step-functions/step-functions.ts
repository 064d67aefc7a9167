/**
 * Step Functions: standard workflows in JSONata, whose executions survive a restart of the process.
 * Does not: create or change machines over the API, run EXPRESS workflows, JSONPath, Parallel, activities or service
 * integrations, redrive, throttle, test states, or let two processes share a directory. Any other operation is
 * unknown.
 */
import type { BusEvent } from '../event-bridge/bus-event.ts';
import { type Faults, noFaults } from '../faults.ts';
import { type Call, type Caller, type ServiceEmulator, unknownOperation } from '../protocol.ts';
import { openDefinitionStore } from './definition-store.ts';
import { createEngine } from './engine.ts';
import type { Json } from './json.ts';
import { jsonataFunctions } from './jsonata-functions.ts';
import { describeExecution, getExecutionHistory, listExecutions, stopExecution } from './operations/executions.ts';
import { describeStateMachine, listStateMachines } from './operations/machines.ts';
import { describeMapRun, listMapRuns } from './operations/map-runs.ts';
import type { Operation, Service } from './operations/operation.ts';
import { startExecution } from './operations/start-execution.ts';
import { openRegister } from './register.ts';
import { systemTimers, type Timers } from './timers.ts';

export interface DeclaredMachine {
  readonly arn: string;
  readonly name: string;
  readonly definition: unknown;
  /** The session of its role, whose policies decide what it may call; by default an administrator's. */
  readonly role?: Caller;
}

export interface StepFunctionsOptions {
  /** Holds the executions. */
  readonly dir: string;
  /** `definition` is the parsed ASL, with its substitutions made. */
  readonly machines: readonly DeclaredMachine[];
  /** Runs a Lambda function. A rejection is an `Error` whose `name` is Lambda's errorType. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  /** Receives an event when an execution starts and ends, for the account's default bus. */
  readonly emit?: (event: BusEvent) => void;
  readonly now?: () => Date;
  readonly timers?: Timers;
  /** Divides waits, retry intervals and the timeouts of machines, not of tasks. */
  readonly speed?: number;
  /** A random number in [0, 1), for the jitter of retries. */
  readonly chance?: () => number;
  readonly around?: Faults['aroundState'];
}

const operations: Readonly<Record<string, Operation>> = {
  StartExecution: startExecution,
  DescribeExecution: describeExecution,
  ListExecutions: listExecutions,
  StopExecution: stopExecution,
  GetExecutionHistory: getExecutionHistory,
  ListStateMachines: listStateMachines,
  DescribeStateMachine: describeStateMachine,
  ListMapRuns: listMapRuns,
  DescribeMapRun: describeMapRun,
};

/**
 * Resumes the running executions of the directory. Throws `InvalidDefinition`, naming the state, for an unsupported
 * definition.
 */
export async function createStepFunctions(options: StepFunctionsOptions): Promise<ServiceEmulator> {
  const { dir, invoke, now = () => new Date(), speed = 1, chance = Math.random } = options;
  const definitions = openDefinitionStore(dir);
  const read = options.machines.map((machine) => ({ ...machine, definition: definitions.add(machine.definition) }));
  const register = openRegister(dir);
  const machines = new Map(
    read.map((machine) => [machine.arn, { ...machine, created: register.created(machine.arn, now().getTime()) }]),
  );
  const host = {
    functions: jsonataFunctions(now),
    timers: options.timers ?? systemTimers(now),
    speed,
    chance,
    now: () => now().getTime(),
    around: options.around ?? noFaults.aroundState,
    ...(options.emit ? { emit: options.emit } : {}),
    roleOf: (machineArn: string) => machines.get(machineArn)?.role,
    invoke: async (functionArn: string, payload: Json) => invoke(functionArn, structuredClone(payload)),
  };
  const engine = createEngine({ register, definitions, host });
  engine.resume();
  return emulatorOf({ engine, machines });
}

function emulatorOf(service: Service): ServiceEmulator {
  let closed = false;
  return {
    call: async ({ operation, input, caller }: Call) => {
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
      if (!run) throw unknownOperation(operation);
      if (closed) throw new Error('The emulator is closed.');
      return run(service, { operation, input, caller });
    },
    close: async () => {
      closed = true;
      service.engine.close();
    },
  };
}
