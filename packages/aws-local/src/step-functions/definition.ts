/**
 * Parses a state machine's definition, and refuses unsupported parts, naming the state.
 * Does not: support JSONPath, Parallel, activities, task tokens or service integrations other than a Lambda function's
 * ARN.
 * Source: Step Functions guide, "concepts-amazon-states-language".
 */
import { createHash } from 'node:crypto';
import { count, text } from './expressions.ts';
import { invalidDefinition } from './failure.ts';
import { type Fields, readFields } from './fields.ts';
import { isObject } from './json.ts';
import type { Flow, Processor, State } from './state.ts';
import { readChoice } from './states/choice.ts';
import { readFail } from './states/fail.ts';
import { readMap } from './states/map.ts';
import { readPass } from './states/pass.ts';
import { readSucceed } from './states/succeed.ts';
import { readTask } from './states/task.ts';
import { readWait } from './states/wait.ts';

export interface Definition {
  /** The definition as JSON. */
  readonly source: string;
  readonly hash: string;
  readonly flow: Flow;
  readonly timeoutSeconds: number | undefined;
  /** Bodies of the distributed Maps by label, which child executions run. */
  readonly processors: ReadonlyMap<string, Processor>;
}

const readers: Readonly<Record<string, (name: string, fields: Fields) => State>> = {
  Task: readTask,
  Choice: readChoice,
  Wait: readWait,
  Pass: readPass,
  Succeed: readSucceed,
  Fail: readFail,
  Map: (name, fields) => readMap(name, fields, readFlow),
};

/** Throws `InvalidDefinition`, naming the state. */
export function readDefinition(definition: unknown): Definition {
  const source = JSON.stringify(definition);
  const fields = readFields(definition, '');
  if (fields.take('QueryLanguage') !== 'JSONata') throw invalidDefinition("QueryLanguage must be 'JSONata'", '/');
  const version = fields.literal('Version', text);
  if (version !== undefined && version !== '1.0') throw invalidDefinition("Version must be '1.0'", '/Version');
  const timeoutSeconds = fields.literal('TimeoutSeconds', count);
  const flow = readFlow(fields);
  const states = statesOf(flow);
  const duplicate = states.find(({ name }, index) => states.findIndex((other) => other.name === name) !== index);
  if (duplicate) throw invalidDefinition(`The state '${duplicate.name}' is defined twice`, `/States/${duplicate.name}`);
  assertNoShadows(flow, new Set());
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 32);
  return { source, hash, flow, timeoutSeconds, processors: processorsOf(states) };
}

function readFlow(fields: Fields): Flow {
  const startAt = fields.required('StartAt', text);
  const raw = fields.take('States');
  if (!isObject(raw) || !Object.keys(raw).length)
    throw invalidDefinition('States must be a non-empty object', fields.where);
  const states = new Map(
    Object.entries(raw).map(([name, state]) => [name, readState(name, state, `${fields.where}/States/${name}`)]),
  );
  fields.end();
  const targets = [startAt, ...[...states.values()].flatMap((state) => state.targets)];
  const missing = targets.find((target) => !states.has(target));
  if (missing !== undefined) throw invalidDefinition(`Missing 'Next' target: ${missing}`, fields.where || '/');
  assertReachable(startAt, states, fields.where);
  if (!Object.values(raw).some(isTerminal))
    throw invalidDefinition('There is no terminal state', `${fields.where}/States`);
  return { startAt, states };
}

const isTerminal = (state: unknown) =>
  isObject(state) && (state.End === true || state.Type === 'Succeed' || state.Type === 'Fail');

function readState(name: string, value: unknown, where: string): State {
  const fields = readFields(value, where);
  if (!name || name.length > 80) throw invalidDefinition('The name of a state has 1 to 80 characters', where);
  if ((fields.take('QueryLanguage') ?? 'JSONata') !== 'JSONata')
    throw invalidDefinition("QueryLanguage must be 'JSONata'", where);
  const type = fields.required('Type', text);
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (!read) throw invalidDefinition(`The state type '${type}' is not supported`, where);
  const state = read(name, fields);
  fields.end();
  return state;
}

function assertReachable(startAt: string, states: ReadonlyMap<string, State>, where: string): void {
  const reached = new Set([startAt]);
  for (const name of reached) for (const target of states.get(name)?.targets ?? []) reached.add(target);
  const unreachable = [...states.keys()].find((name) => !reached.has(name));
  if (unreachable !== undefined)
    throw invalidDefinition(`The state '${unreachable}' is not reachable`, `${where}/States/${unreachable}`);
}

/**
 * A Map's body must not assign a variable of the flow around it.
 * Source: Step Functions guide, "workflow-variables".
 */
function assertNoShadows(flow: Flow, outer: ReadonlySet<string>): void {
  const states = [...flow.states.values()];
  for (const { name, assigns } of states) {
    const shadow = assigns.find((variable) => outer.has(variable));
    if (shadow !== undefined)
      throw invalidDefinition(`The variable '${shadow}' is assigned in an outer scope`, `/States/${name}`);
  }
  const own = new Set([...outer, ...states.flatMap((state) => state.assigns)]);
  for (const { processor } of states) if (processor) assertNoShadows(processor, own);
}

const statesOf = (flow: Flow): State[] =>
  [...flow.states.values()].flatMap((state) => [state, ...(state.processor ? statesOf(state.processor) : [])]);

function processorsOf(states: readonly State[]): ReadonlyMap<string, Processor> {
  const processors = new Map<string, Processor>();
  for (const { name, processor } of states) {
    if (processor?.mode !== 'DISTRIBUTED') continue;
    if (processors.has(processor.label))
      throw invalidDefinition(`The Label '${processor.label}' is used twice`, `/States/${name}`);
    processors.set(processor.label, processor);
  }
  return processors;
}
