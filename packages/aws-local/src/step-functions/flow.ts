/**
 * Runs a flow from its journalled position to its end: enters states, retries and catches failures, and journals each
 * transition.
 */
import type { BusEvent } from '../event-bridge/bus-event.ts';
import type { Faults } from '../faults.ts';
import type { Caller } from '../protocol.ts';
import { assertMayInvoke, machineOf } from './authorization.ts';
import { bindingsOf } from './context.ts';
import { type Cursor, type Entry, type FlowNode, type FlowPath, flowAt, type Variables } from './cursor.ts';
import { append, type Execution } from './execution.ts';
import { exitState } from './exit.ts';
import { dataLimitExceeded, errorOutput, Halted, runtimeError, StateFailure } from './failure.ts';
import { detailed, type NewEvent, stateEntered, stateExited } from './history.ts';
import { bytesOf, type Json, variablesLimit } from './json.ts';
import { catcherOf, incremented, retryOf } from './retry.ts';
import type { Exit, Flow, Iteration, State, Step } from './state.ts';
import { sleepUntil, type Timers } from './timers.ts';

/** The interpreter's services for flows. */
export interface Host {
  readonly functions: Readonly<Record<string, unknown>>;
  readonly timers: Timers;
  readonly speed: number;
  now(): number;
  /** A random number in [0, 1). */
  chance(): number;
  invoke: Step['invoke'];
  /** Receives an event when an execution starts and ends. */
  emit?(event: BusEvent): void;
  /** The session of a machine's role; by default an administrator's. */
  roleOf?(machineArn: string): Caller | undefined;
  /** Wraps the work of an entered state. */
  around: Faults['aroundState'];
  /** The Map runs of one execution. */
  mapRuns(execution: Execution): Pick<Step, 'newMapRun' | 'openMapRun' | 'runChild' | 'closeMapRun'>;
}

export interface FlowRun {
  readonly host: Host;
  readonly execution: Execution;
  readonly path: FlowPath;
  readonly flow: Flow;
  /** Variables of the enclosing flows. */
  readonly outer: Variables;
  readonly mapItem: { readonly Index: number; readonly Value: Json } | undefined;
  readonly signal: AbortSignal;
  /** Events of the next journal entry. */
  readonly pendingEvents: NewEvent[];
  /** Journals the end of the flow. */
  end(events: readonly NewEvent[], output: Json): void;
}

type Change = Omit<Entry, 'path' | 'events'>;

const nodeOf = (run: FlowRun): FlowNode => flowAt(run.execution.root, run.path);

function move(run: FlowRun, change: Change, events: readonly NewEvent[] = []): void {
  if (run.signal.aborted) throw new Halted();
  append(run.execution, { path: run.path, events: [...run.pendingEvents, ...events], ...change }, run.host.now());
  run.pendingEvents.length = 0;
}

/**
 * Resolves to the flow's output. Throws `StateFailure` if a failure is not caught, and `Halted` if the flow is stopped.
 */
export async function runFlow(run: FlowRun, start: () => Promise<Json> | Json): Promise<Json> {
  if (!nodeOf(run).cursor) {
    const input = start();
    enter(run, run.flow.startAt, { input: input instanceof Promise ? await input : input });
  }
  for (;;) {
    const cursor = currentCursor(run);
    const state = stateOf(run.flow, cursor.state);
    const step = stepOf(run);
    const exit = await attempt(run, state, step);
    checkVariables({ ...nodeOf(run).variables, ...exit.assigned });
    const exited = state.type === 'Fail' ? [] : [stateExited(state.type, { name: state.name, ...exit })];
    if (exit.next === null) {
      run.end([...run.pendingEvents, ...exited], exit.output);
      return exit.output;
    }
    enter(run, exit.next, { input: exit.output, assigned: exit.assigned, exited });
  }
}

function enter(
  run: FlowRun,
  name: string,
  from: { input: Json; assigned?: Variables; exited?: readonly NewEvent[] },
): void {
  const state = stateOf(run.flow, name);
  const events = [...(from.exited ?? []), stateEntered(state.type, name, from.input)];
  const enteredId = run.execution.eventCount + run.pendingEvents.length + events.length;
  const fresh = { attempts: [], retryAt: null, waitUntil: null, map: null };
  const cursor: Cursor = { state: name, input: from.input, enteredAt: run.host.now(), enteredId, ...fresh };
  move(run, { enter: cursor, ...(from.assigned ? { assigned: from.assigned } : {}) }, events);
}

function currentCursor(run: FlowRun): Cursor {
  const { cursor } = nodeOf(run);
  if (!cursor) throw new Halted();
  return cursor;
}

function stateOf(flow: Flow, name: string): State {
  const state = flow.states.get(name);
  if (!state) throw new StateFailure(runtimeError, `The state '${name}' does not exist.`);
  return state;
}

function checkVariables(variables: Variables): void {
  if (bytesOf(variables) > variablesLimit)
    throw new StateFailure(dataLimitExceeded, 'The variables exceed the maximum number of bytes service limit.');
}

/** Runs the state, with retries, until it succeeds or a catcher applies. */
async function attempt(run: FlowRun, state: State, step: Step): Promise<Exit> {
  for (;;) {
    try {
      if (step.cursor.retryAt !== null) await step.sleep(step.cursor.retryAt);
      return await run.host.around({ machineArn: run.execution.record.machineArn, state: state.name }, () =>
        state.run(step),
      );
    } catch (thrown) {
      const failure = toStateFailure(run, step, thrown);
      const retry = retryOf(state.retriers, { failure, attempts: step.cursor.attempts, chance: run.host.chance() });
      if (!retry) return await catchFailure(run, state, { step, failure });
      const attempts = incremented(step.cursor.attempts, retry.retrier);
      step.record({ attempts, retryAt: step.after(retry.seconds * 1000), map: null });
    }
  }
}

async function catchFailure(
  run: FlowRun,
  state: State,
  { step, failure }: { step: Step; failure: StateFailure },
): Promise<Exit> {
  const catcher = catcherOf(state.catchers, failure);
  if (!catcher) throw withLocation(step, failure);
  const output = errorOutput(failure);
  try {
    return await exitState(step, catcher, { states: { errorOutput: output }, result: output });
  } catch (thrown) {
    throw withLocation(step, toStateFailure(run, step, thrown));
  }
}

/** Adds an event for a failed expression. Rethrows anything but a `StateFailure`, such as `Halted`. */
function toStateFailure(run: FlowRun, step: Step, thrown: unknown): StateFailure {
  if (!(thrown instanceof StateFailure)) throw thrown;
  const { location } = thrown;
  if (location === undefined) return thrown;
  const failure = withLocation(step, thrown);
  run.pendingEvents.push(
    detailed('EvaluationFailed', { state: step.name, location, error: failure.error ?? '', cause: failure.text ?? '' }),
  );
  return failure;
}

/** For errors other than the task's, the cause begins with the state and its event. */
function withLocation(step: Step, failure: StateFailure): StateFailure {
  const own = failure.location === undefined && failure.error !== runtimeError;
  if (own || failure.text?.startsWith('An error occurred while executing')) return failure;
  const { name, cursor } = step;
  const where = `An error occurred while executing the state '${name}' (entered at the event id #${cursor.enteredId}).`;
  return new StateFailure(failure.error, `${where} ${failure.text ?? ''}`);
}

function stepOf(run: FlowRun): Step {
  const { host, execution, signal, pendingEvents } = run;
  const scope = () => ({
    functions: host.functions,
    execution: execution.context,
    variables: { ...run.outer, ...nodeOf(run).variables },
    mapItem: run.mapItem,
  });
  const { state: name } = currentCursor(run);
  return {
    ...host.mapRuns(execution),
    name,
    path: run.path,
    signal,
    get cursor() {
      return currentCursor(run);
    },
    bindings: (extra) => bindingsOf(scope(), currentCursor(run), extra),
    addEvent: (event) => pendingEvents.push(event),
    record: (patch) => move(run, patch ? { patch } : {}),
    now: () => host.now(),
    after: (milliseconds) => host.now() + milliseconds / host.speed,
    sleep: (until, cancelled) => sleepUntil(host.timers, until, cancelled ? [signal, cancelled] : [signal]),
    invoke: async (functionArn, payload) => {
      assertMayInvoke(host.roleOf?.(machineOf(execution)), functionArn);
      return host.invoke(functionArn, payload);
    },
    iterate: (iteration) => iterate(run, iteration),
  };
}

async function iterate(run: FlowRun, iteration: Iteration): Promise<Json> {
  const { index, item, processor, signal } = iteration;
  const parent = nodeOf(run);
  const done = parent.children.get(index)?.output;
  if (done !== undefined) return done;
  const name = currentCursor(run).state;
  const child: FlowRun = {
    ...run,
    path: [...run.path, index],
    flow: processor,
    outer: { ...run.outer, ...parent.variables },
    mapItem: { Index: index, Value: item },
    signal,
    pendingEvents: parent.children.get(index)?.cursor ? [] : [detailed('MapIterationStarted', { name, index })],
    end: (events, output) => {
      child.pendingEvents.length = 0;
      move(child, { output }, [...events, detailed('MapIterationSucceeded', { name, index })]);
    },
  };
  try {
    return await runFlow(child, iteration.select);
  } catch (thrown) {
    if (thrown instanceof StateFailure && parent.children.get(index)?.cursor)
      iterationFailed(run, child, { name, index });
    throw thrown;
  }
}

/** Adds the end of the iteration, and of the other running iterations, to the history. */
function iterationFailed(run: FlowRun, child: FlowRun, at: { name: string; index: number }): void {
  move(child, {}, [detailed('MapIterationFailed', at)]);
  for (const [index, { output }] of nodeOf(run).children) {
    if (index !== at.index && output === undefined)
      run.pendingEvents.push(detailed('MapIterationAborted', { ...at, index }));
  }
}
