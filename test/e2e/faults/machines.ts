/** The state machines as they are deployed: which states each has, so that a new one is in these tests from its first day. */
import { readdirSync, readFileSync } from 'node:fs';

interface State {
  readonly Type: string;
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}
type States = Readonly<Record<string, State>>;

const folder = new URL('../../../statemachines/', import.meta.url);
const suffix = '.asl.json';

export const machines: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(suffix))
  .map((name) => name.slice(0, -suffix.length));

const statesOf = (machine: string) =>
  (JSON.parse(readFileSync(new URL(`${machine}${suffix}`, folder), 'utf8')) as { States: States }).States;

const named = (states: States): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...named(state.ItemProcessor?.States ?? {}),
  ]);

/** Those inside its Maps too. */
export const statesIn = (machine: string): string[] => named(statesOf(machine)).map(([name]) => name);

/** Those that call a function. */
export const tasksIn = (machine: string): string[] =>
  named(statesOf(machine)).flatMap(([name, { Type }]) => (Type === 'Task' ? [name] : []));
