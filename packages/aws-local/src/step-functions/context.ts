/**
 * The bindings of expressions: `$states` and the variables in scope.
 * Source: Step Functions guide, "input-output-contextobject".
 */
import type { Cursor, Variables } from './cursor.ts';
import type { Bindings } from './expressions.ts';
import type { Json } from './json.ts';

/** The constant parts of an execution's context object. */
export interface ExecutionContext {
  readonly Execution: {
    readonly Id: string;
    readonly Name: string;
    readonly StartTime: string;
    readonly Input: Json;
    readonly RoleArn: string;
    /** Always 0, since redriving is not supported. */
    readonly RedriveCount: number;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
}

export interface Scope {
  readonly functions: Bindings;
  readonly execution: ExecutionContext;
  /** Variables of the flow and of the enclosing flows. */
  readonly variables: Variables;
  /** Set for the flow of an iteration. */
  readonly mapItem: { readonly Index: number; readonly Value: Json } | undefined;
}

export function bindingsOf(
  scope: Scope,
  cursor: Cursor,
  extra: { states?: Bindings; context?: Bindings } = {},
): Bindings {
  const context = {
    ...scope.execution,
    State: { Name: cursor.state, EnteredTime: new Date(cursor.enteredAt).toISOString() },
    ...(scope.mapItem ? { Map: { Item: scope.mapItem } } : {}),
    ...extra.context,
  };
  return { ...scope.functions, ...scope.variables, states: { input: cursor.input, context, ...extra.states } };
}
