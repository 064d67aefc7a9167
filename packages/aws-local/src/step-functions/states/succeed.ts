/** Succeed: ends its flow successfully. Source: Step Functions guide, "state-succeed". */
import { exitState } from '../exit.ts';
import type { Fields } from '../fields.ts';
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
    run: (step) => exitState(step, { next: null, output, assign: undefined }, { result: step.cursor.input }),
  };
}
