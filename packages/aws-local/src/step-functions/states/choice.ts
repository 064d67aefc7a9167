/** Choice: the first rule whose `Condition` is true, else `Default`. Source: Step Functions guide, "state-choice". */
import { exitState, readExitFields } from '../exit.ts';
import { evaluateAs, type Template, text, truth } from '../expressions.ts';
import { invalidDefinition, runtimeError, StateFailure } from '../failure.ts';
import { type Fields, readFields } from '../fields.ts';
import type { State } from '../state.ts';
import type { ExitFields } from '../transitions.ts';

interface Rule extends ExitFields {
  readonly condition: Template;
  readonly next: string;
  readonly assigns: readonly string[];
}

export function readChoice(name: string, fields: Fields): State {
  const rules = fields
    .list('Choices')
    .map((value, index) => readRule(readFields(value, `${fields.where}/Choices/${index}`), index));
  if (!rules.length) throw invalidDefinition('Choices must not be empty', fields.where);
  const fallback = fields.literal('Default', text);
  const { assigns, ...exit } = readExitFields(fields);
  return {
    name,
    type: 'Choice',
    retriers: [],
    catchers: [],
    targets: [...rules.map((rule) => rule.next), ...(fallback === undefined ? [] : [fallback])],
    assigns: [...assigns, ...rules.flatMap((rule) => rule.assigns)],
    run: async (step) => {
      for (const rule of rules) {
        if (await evaluateAs(rule.condition, step.bindings(), truth))
          return exitState(step, rule, { result: step.cursor.input });
      }
      if (fallback === undefined) throw noMatch();
      return exitState(step, { ...exit, next: fallback }, { result: step.cursor.input });
    },
  };
}

function readRule(fields: Fields, index: number): Rule {
  const condition = fields.checked('Condition', truth, `Choices[${index}]/Condition`);
  if (!condition) throw invalidDefinition("The field 'Condition' is required", fields.where);
  const rule = {
    condition,
    ...readExitFields(fields, { prefix: `Choices[${index}]/` }),
    next: fields.required('Next', text),
  };
  fields.end();
  return rule;
}

/** `States.Runtime` as on AWS, which cannot be caught. */
const noMatch = () =>
  new StateFailure(runtimeError, 'Failed to transition out of the state. The state does not point to a next state.');
