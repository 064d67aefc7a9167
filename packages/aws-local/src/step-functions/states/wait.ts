/**
 * Wait: for a number of seconds, or until a timestamp. The deadline is journalled at the start of the wait, so that a
 * restart does not extend it. Source: Step Functions guide, "state-wait".
 */
import { exitState, readExitFields, readNext } from '../exit.ts';
import { count, evaluateAs, type Kind, type Template } from '../expressions.ts';
import { invalidDefinition } from '../failure.ts';
import type { Fields } from '../fields.ts';
import type { Json } from '../json.ts';
import type { State, Step } from '../state.ts';

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

const timestamp: Kind<string> = {
  name: 'timestamp',
  is: (value: Json): value is string =>
    typeof value === 'string' && rfc3339.test(value) && !Number.isNaN(Date.parse(value)),
};

export function readWait(name: string, fields: Fields): State {
  const seconds = fields.checked('Seconds', count);
  const until = fields.checked('Timestamp', timestamp);
  if ((seconds === undefined) === (until === undefined))
    throw invalidDefinition('Exactly one of Seconds and Timestamp is required', fields.where);
  const { assigns, ...exit } = readExitFields(fields);
  const next = readNext(fields);
  return {
    name,
    type: 'Wait',
    retriers: [],
    catchers: [],
    targets: next === null ? [] : [next],
    assigns,
    run: async (step) => {
      if (step.cursor.waitUntil === null) step.record({ waitUntil: step.after(await waitMs(step, seconds, until)) });
      await step.sleep(step.cursor.waitUntil ?? 0);
      return exitState(step, { ...exit, next }, { result: step.cursor.input });
    },
  };
}

/** The duration of the wait in milliseconds of the definition's time. */
async function waitMs(step: Step, seconds: Template | undefined, until: Template | undefined): Promise<number> {
  if (seconds) return (await evaluateAs(seconds, step.bindings(), count)) * 1000;
  const end = until ? await evaluateAs(until, step.bindings(), timestamp) : '';
  return Math.max(0, Date.parse(end) - step.now());
}
