/** Limits the time and depth of an evaluation. AWS's limits are not documented. */
import type { Expression } from 'jsonata';

/** Milliseconds of real time, and nested steps. */
const limits = { milliseconds: 10_000, depth: 500 };

interface Progress {
  readonly startedAt: number;
  depth: number;
}

/** No variable has this name. */
const progressName = '\u0000progress';

interface Environment {
  lookup(name: string): unknown;
}

/** The library's hooks around each step. Its types do not declare symbols. */
type Hooked = Pick<Expression, 'evaluate'> & { assign(name: symbol, value: unknown): void };

export function limited(expression: Expression): Expression['evaluate'] {
  const progressOf = (environment: Environment) => environment.lookup(progressName) as Progress;
  const hooked = expression as unknown as Hooked;
  hooked.assign(Symbol.for('jsonata.__evaluate_entry'), (_step: unknown, _input: unknown, environment: Environment) => {
    const progress = progressOf(environment);
    progress.depth++;
    if (progress.depth > limits.depth) throw new Error('Stack overflow: a recursion does not end.');
    if (Date.now() - progress.startedAt > limits.milliseconds) throw new Error('The evaluation takes too long.');
  });
  hooked.assign(Symbol.for('jsonata.__evaluate_exit'), (_step: unknown, _input: unknown, environment: Environment) => {
    progressOf(environment).depth--;
  });
  return (input, bindings) =>
    hooked.evaluate(input, { ...bindings, [progressName]: { startedAt: Date.now(), depth: 0 } });
}
