/** Fail: ends its flow with an error. Source: Step Functions guide, "state-fail". */
import { evaluateAs, text } from '../expressions.ts';
import { StateFailure } from '../failure.ts';
import type { Fields } from '../fields.ts';
import type { State } from '../state.ts';

export function readFail(name: string, fields: Fields): State {
  const error = fields.checked('Error', text);
  const cause = fields.checked('Cause', text);
  return {
    name,
    type: 'Fail',
    retriers: [],
    catchers: [],
    targets: [],
    assigns: [],
    run: async (step) => {
      const bindings = step.bindings();
      const [errorValue, causeValue] = await Promise.all(
        [error, cause].map((template) => template && evaluateAs(template, bindings, text)),
      );
      throw new StateFailure(errorValue, causeValue);
    },
  };
}
