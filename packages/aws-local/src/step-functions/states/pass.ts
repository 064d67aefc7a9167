/** Pass: passes its input or `Output` on. Source: Step Functions guide, "state-pass". */
import { exitState, readExitFields, readNext } from '../exit.ts';
import type { Fields } from '../fields.ts';
import type { State } from '../state.ts';

export function readPass(name: string, fields: Fields): State {
  const { assigns, ...exit } = readExitFields(fields);
  const next = readNext(fields);
  return {
    name,
    type: 'Pass',
    retriers: [],
    catchers: [],
    targets: next === null ? [] : [next],
    assigns,
    run: (step) => exitState(step, { ...exit, next }, { result: step.cursor.input }),
  };
}
