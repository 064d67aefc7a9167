/** The state machines as they are deployed: which states each has, so that a new one is in these tests from its first day. */
import { listStates, readMachine } from '#statemachines/definitions.ts';

/** Those inside its Maps too. */
export const statesIn = (machine: string): string[] => listStates(readMachine(machine)).map(([name]) => name);

/** Those that call a function. */
export const tasksIn = (machine: string): string[] =>
  listStates(readMachine(machine)).flatMap(([name, { Type }]) => (Type === 'Task' ? [name] : []));
