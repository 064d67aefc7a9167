/** The states of the deployed state machines, so that a new state is tested automatically. */
import { listStates, readMachine } from '#statemachines/definitions.ts';

/** Includes the states inside its Maps. */
export const statesIn = (machine: string): string[] => listStates(readMachine(machine)).map(([name]) => name);

/** States that call a function. */
export const tasksIn = (machine: string): string[] =>
  listStates(readMachine(machine)).flatMap(([name, { Type }]) => (Type === 'Task' ? [name] : []));
