/** The exit of a state: `Next`, `End`, `Output` and `Assign`. Source: Step Functions guide, "workflow-variables". */
import { type Bindings, evaluateAs, text, truth } from './expressions.ts';
import { dataLimitExceeded, invalidDefinition, StateFailure } from './failure.ts';
import type { Fields } from './fields.ts';
import { bytesOf, isObject, type Json, payloadLimit } from './json.ts';
import type { StatesMember } from './jsonata-names.ts';
import type { Exit, Step } from './state.ts';
import type { ExitFields } from './transitions.ts';

/**
 * Reads `Output` and `Assign`. `prefix` names their rule or catcher; `seen` has the members of `$states` that they
 * read.
 */
export function readExitFields(
  fields: Fields,
  { prefix = '', seen = [] }: { prefix?: string; seen?: readonly StatesMember[] } = {},
): Omit<ExitFields, 'next'> & { assigns: string[] } {
  const raw = fields.take('Assign');
  if (raw !== undefined && !isObject(raw)) throw invalidDefinition('Assign must be an object', fields.where);
  const assigns = Object.keys(raw ?? {});
  const refused = assigns.find((name) => !/^[\p{ID_Start}][\p{ID_Continue}]{0,79}$/u.test(name) || name === 'states');
  if (refused !== undefined) throw invalidDefinition(`'${refused}' is not the name of a variable`, fields.where);
  const template = (name: string) => fields.template(name, { field: `${prefix}${name}`, seen });
  return { output: template('Output'), assign: template('Assign'), assigns };
}

/** Exactly one of `Next` and `"End": true`. */
export function readNext(fields: Fields): string | null {
  const next = fields.literal('Next', text);
  const end = fields.literal('End', truth) ?? false;
  if (end === (next !== undefined)) throw invalidDefinition('Exactly one of Next and End is required', fields.where);
  return next ?? null;
}

/**
 * Evaluates `Output` and `Assign` with the variables at the state's entry. Throws `States.DataLimitExceeded` over 256
 * KiB.
 */
export async function exitState(step: Step, by: ExitFields, from: { states?: Bindings; result: Json }): Promise<Exit> {
  const bindings = step.bindings({ states: from.states ?? {} });
  const [output, assigned] = await Promise.all([
    by.output?.evaluate(bindings) ?? from.result,
    by.assign && evaluateAs(by.assign, bindings, variables),
  ]);
  limit(output, () => tooLarge(step.name));
  limit(assigned ?? {}, () => tooLarge(step.name));
  return { next: by.next, output, assigned: assigned ?? {} };
}

const variables = {
  name: 'object',
  is: (value: Json): value is { readonly [key: string]: Json } => isObject(value),
};

/** AWS's text for a task or state whose data is too large. */
const tooLargeText = (name: string) =>
  `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;

export const tooLarge = (name: string) => new StateFailure(dataLimitExceeded, tooLargeText(name));

/** For the response of a function. */
export const tooLargeResult = (name: string) =>
  new StateFailure(dataLimitExceeded, tooLargeText(name), { isTaskFailure: true });

export function limit(value: Json, failure: () => StateFailure): void {
  if (bytesOf(value) > payloadLimit) throw failure();
}
