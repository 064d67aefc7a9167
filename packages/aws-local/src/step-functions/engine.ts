/** Starts, resumes, stops and ends executions. A change takes effect when it is journalled. */
import { executionArn, labelledArn, roleOf } from './arn.ts';
import type { Closing } from './cursor.ts';
import type { Definition } from './definition.ts';
import type { DefinitionStore } from './definition-store.ts';
import type { Engine } from './engine-interface.ts';
import { append, type Execution, inputOf, loadExecution, readJournal } from './execution.ts';
import { errorAndCause, Halted, runtimeError, StateFailure, timeoutError } from './failure.ts';
import { type Host, runFlow } from './flow.ts';
import { detailed, failed, type NewEvent, withInput, withOutput } from './history.ts';
import type { Json } from './json.ts';
import { createMapRuns, stopMapRuns } from './map-runs.ts';
import type { ExecutionRecord, Register } from './register.ts';
import type { Start } from './start.ts';
import { statusEvent } from './status-event.ts';

/** The maximum duration of an execution in seconds: one year. Source: Step Functions guide, "service-quotas". */
const longestExecution = 31_536_000;

export function createEngine(parts: {
  register: Register;
  definitions: DefinitionStore;
  host: Omit<Host, 'mapRuns'>;
}): Engine {
  const { register, definitions, host } = parts;
  const active = new Map<string, Execution>();
  const engine: Engine = {
    register,
    host,
    active,
    start: (start) => {
      const record = recordOf(register, start, host.now());
      const journal = register.journalOf(record);
      journal.reset();
      journal.append({ input: start.input });
      register.add(record);
      const execution = load(engine, record, start.definition);
      emitStatus(engine, execution, undefined);
      launch(engine, execution);
      return record;
    },
    conclude: (execution, closing, events = []) =>
      conclude(engine, execution, { closing: { ...closing, stopDate: host.now() }, events }),
    closingOf: (record) => readJournal(register.journalOf(record)).entries.at(-1)?.closing,
    resume: () => resume(engine, definitions),
    close: () => {
      for (const { stopped } of active.values()) stopped.abort();
    },
  };
  return engine;
}

function recordOf(register: Register, start: Start, now: number): ExecutionRecord {
  const { machineArn, name, definition, child } = start;
  const of = child ? labelledArn(machineArn, child.label) : machineArn;
  return {
    number: register.nextNumber(),
    arn: executionArn(of, name),
    name,
    machineArn: of,
    definition: definition.hash,
    startDate: now,
    mapRunArn: child?.mapRunArn ?? null,
    status: 'RUNNING',
    stopDate: null,
  };
}

function load(engine: Engine, record: ExecutionRecord, definition: Definition): Execution {
  const [machineArn = '', label] = record.machineArn.split('/');
  const flow = label === undefined ? definition.flow : definition.processors.get(label);
  if (!flow) throw new Error(`The definition of ${record.arn} has no Map labelled ${label}.`);
  const journal = engine.register.journalOf(record);
  const { input } = readJournal(journal).head;
  const context = {
    Execution: {
      Id: record.arn,
      Name: record.name,
      StartTime: new Date(record.startDate).toISOString(),
      Input: JSON.parse(input),
      RoleArn: engine.host.roleOf?.(machineArn)?.arn ?? roleOf(machineArn),
      RedriveCount: 0,
    },
    StateMachine: { Id: record.machineArn, Name: record.machineArn.split(':').at(-1) ?? '' },
  };
  const execution = loadExecution({ record, definition, flow, context, journal });
  engine.active.set(record.arn, execution);
  return execution;
}

/** Runs the execution in the background, with its machine's timeout. */
function launch(engine: Engine, execution: Execution): void {
  const { record, definition, stopped } = execution;
  const seconds = record.mapRunArn
    ? longestExecution
    : Math.min(definition.timeoutSeconds ?? longestExecution, longestExecution);
  const deadline = record.startDate + (seconds * 1000) / engine.host.speed;
  const cancel = engine.host.timers.at(deadline, () =>
    engine.conclude(execution, { status: 'TIMED_OUT', error: timeoutError }),
  );
  stopped.signal.addEventListener('abort', cancel, { once: true });
  void run(engine, execution);
}

async function run(engine: Engine, execution: Execution): Promise<void> {
  const { flow, stopped } = execution;
  const started = { ...withInput(inputOf(execution)), roleArn: execution.context.Execution.RoleArn };
  const pendingEvents: NewEvent[] = execution.eventCount ? [] : [detailed('ExecutionStarted', started)];
  const root = { execution, path: [], flow, outer: {}, mapItem: undefined, signal: stopped.signal, pendingEvents };
  const host = { ...engine.host, mapRuns: (of: Execution) => createMapRuns(engine, of) };
  const end = (events: readonly NewEvent[], output: Json) =>
    engine.conclude(execution, { status: 'SUCCEEDED', output }, events);
  try {
    await runFlow({ ...root, host, end }, () => inputOf(execution));
  } catch (thrown) {
    if (thrown instanceof Halted) return;
    const failure = thrown instanceof StateFailure ? thrown : new StateFailure(runtimeError, String(thrown));
    engine.conclude(execution, { status: 'FAILED', ...errorAndCause(failure) }, pendingEvents);
  }
}

/** In the order journal, register, Map runs, so that `resume` can complete an interrupted end. */
function conclude(
  engine: Engine,
  execution: Execution,
  { closing, events }: { closing: Closing; events: readonly NewEvent[] },
): void {
  if (execution.closing || execution.stopped.signal.aborted) return;
  append(execution, { path: [], events: [...events, lastEvent(closing)], closing }, closing.stopDate);
  finish(engine, execution, closing);
}

function finish(engine: Engine, execution: Execution, closing: Closing): void {
  engine.register.close(execution.record.arn, closing.status, closing.stopDate);
  execution.stopped.abort();
  engine.active.delete(execution.record.arn);
  stopMapRuns(engine, execution.record.arn);
  execution.ended.resolve(closing);
  emitStatus(engine, execution, closing);
}

/** Not for the children of a Map. */
function emitStatus({ host }: Engine, execution: Execution, closing: Closing | undefined): void {
  if (execution.record.mapRunArn === null) host.emit?.(statusEvent(execution, closing));
}

function lastEvent({ status, output, error, cause }: Closing): NewEvent {
  if (status === 'SUCCEEDED') return detailed('ExecutionSucceeded', withOutput(output ?? null));
  const type = { FAILED: 'ExecutionFailed', TIMED_OUT: 'ExecutionTimedOut', ABORTED: 'ExecutionAborted' }[status];
  return failed(type, { error, text: cause });
}

function resume(engine: Engine, definitions: DefinitionStore): void {
  for (const record of engine.register.running()) {
    const definition = definitions.get(record.definition);
    const execution = load(engine, record, definition ?? placeholderFor(record));
    if (execution.closing) finish(engine, execution, execution.closing);
    else if (!definition)
      engine.conclude(execution, {
        status: 'FAILED',
        error: runtimeError,
        cause: 'Its definition is no longer supported.',
      });
  }
  for (const execution of [...engine.active.values()])
    if (isOrphan(engine, execution)) engine.conclude(execution, { status: 'ABORTED' });
  for (const execution of [...engine.active.values()]) launch(engine, execution);
}

/** A child whose Map run or parent has ended. */
function isOrphan(engine: Engine, { record }: Execution): boolean {
  if (record.mapRunArn === null) return false;
  const mapRun = engine.register.mapRun(record.mapRunArn);
  if (mapRun?.status !== 'RUNNING') return true;
  if (engine.active.has(mapRun.executionArn)) return false;
  engine.register.close(mapRun.arn, 'ABORTED', engine.host.now());
  return true;
}

/** Replaces a stored definition that this version does not support, so that its execution can be ended. */
function placeholderFor({ definition: hash, machineArn }: ExecutionRecord): Definition {
  const flow = { startAt: '', states: new Map() };
  const label = machineArn.split('/')[1] ?? '';
  const processors = new Map([[label, { ...flow, mode: 'DISTRIBUTED' as const, label }]]);
  return { source: '', hash, flow, timeoutSeconds: undefined, processors };
}
