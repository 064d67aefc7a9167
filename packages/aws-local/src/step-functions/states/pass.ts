/** Pass: hands on its input, or `Output`. Source: Step Functions guide, "state-pass". */
import type { Fields } from '../fields.ts';
import { leave, readLeaving, readNext } from '../leaving.ts';
import type { State } from '../state.ts';

export function readPass(name: string, fields: Fields): State {
  const { assigns, ...leaving } = readLeaving(fields);
  const next = readNext(fields);
  return {
    name,
    type: 'Pass',
    retriers: [],
    catchers: [],
    targets: next === null ? [] : [next],
    assigns,
    run: (step) => leave(step, { ...leaving, next }, { result: step.cursor.input }),
  };
}
