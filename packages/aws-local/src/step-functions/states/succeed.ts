/** Succeed: ends its flow well. Source: Step Functions guide, "state-succeed". */
import type { Fields } from '../fields.ts';
import { leave } from '../leaving.ts';
import type { State } from '../state.ts';

export function readSucceed(name: string, fields: Fields): State {
  const output = fields.template('Output');
  return {
    name,
    type: 'Succeed',
    retriers: [],
    catchers: [],
    targets: [],
    assigns: [],
    run: (step) => leave(step, { next: null, output, assign: undefined }, { result: step.cursor.input }),
  };
}
