/** Retriers and catchers. Source: Step Functions guide, "concepts-error-handling". */
import type { Cursor } from './cursor.ts';
import { readExitFields } from './exit.ts';
import { count, type Kind, list, text } from './expressions.ts';
import { invalidDefinition, matches, type StateFailure } from './failure.ts';
import { type Fields, readFields } from './fields.ts';
import type { Json } from './json.ts';
import type { Catcher, Retrier } from './transitions.ts';

const within = (name: string, low: number, high: number): Kind<number> => ({
  name,
  is: (value): value is number => typeof value === 'number' && value >= low && value <= high,
});
const whole = (low: number, high: number): Kind<number> => ({
  name: `integer from ${low} to ${high}`,
  is: (value): value is number => count.is(value) && value >= low && value <= high,
});
const jitter: Kind<'FULL' | 'NONE'> = {
  name: 'FULL or NONE',
  is: (value): value is 'FULL' | 'NONE' => value === 'FULL' || value === 'NONE',
};

export const readRetriers = (fields: Fields): Retrier[] =>
  fields.list('Retry').map((value, index, all) => {
    const entry = readFields(value, `${fields.where}/Retry/${index}`);
    const retrier = {
      errorEquals: readErrorEquals(entry, index === all.length - 1),
      interval: entry.literal('IntervalSeconds', whole(1, 99_999_999)) ?? 1,
      maxAttempts: entry.literal('MaxAttempts', count) ?? 3,
      backoffRate: entry.literal('BackoffRate', within('number from 1', 1, Number.MAX_SAFE_INTEGER)) ?? 2,
      maxDelay: entry.literal('MaxDelaySeconds', whole(1, 31_622_400)) ?? Number.POSITIVE_INFINITY,
      fullJitter: entry.literal('JitterStrategy', jitter) === 'FULL',
    };
    if (retrier.maxDelay <= retrier.interval)
      throw invalidDefinition('MaxDelaySeconds must be greater than IntervalSeconds', entry.where);
    entry.end();
    return retrier;
  });

export const readCatchers = (fields: Fields): Catcher[] =>
  fields.list('Catch').map((value, index, all) => {
    const entry = readFields(value, `${fields.where}/Catch/${index}`);
    const errorEquals = readErrorEquals(entry, index === all.length - 1);
    const next = entry.required('Next', text);
    const catcher = {
      errorEquals,
      ...readExitFields(entry, { prefix: `Catch[${index}]/`, seen: ['errorOutput'] }),
      next,
    };
    entry.end();
    return catcher;
  });

const strings = (values: readonly Json[]): values is readonly string[] =>
  values.every((value) => typeof value === 'string');

/** `States.ALL` must be the only element, in the last retrier or catcher. */
function readErrorEquals(entry: Fields, last: boolean): readonly string[] {
  const errors = entry.required('ErrorEquals', list);
  if (!errors.length || !strings(errors))
    throw invalidDefinition('ErrorEquals must be a non-empty array of strings', entry.where);
  if (errors.includes('States.ALL') && !(errors.length === 1 && last))
    throw invalidDefinition("'States.ALL' must be alone in the last ErrorEquals", entry.where);
  return errors;
}

/**
 * The retrier of a failure and the seconds until the retry; `null` if no retries are left. `chance` is in [0, 1).
 */
export function retryOf(
  retriers: readonly Retrier[],
  failure: { failure: StateFailure; attempts: Cursor['attempts']; chance: number },
): { retrier: number; seconds: number } | null {
  const index = retriers.findIndex((retrier) => matches(retrier.errorEquals, failure.failure));
  const retrier = retriers[index];
  const attempted = failure.attempts[index] ?? 0;
  if (!retrier || attempted >= retrier.maxAttempts) return null;
  const delay = Math.min(retrier.interval * retrier.backoffRate ** attempted, retrier.maxDelay);
  return { retrier: index, seconds: retrier.fullJitter ? delay * failure.chance : delay };
}

/** With one more attempt of that retrier. */
export const incremented = (attempts: Cursor['attempts'], retrier: number): number[] =>
  Array.from(
    { length: Math.max(attempts.length, retrier + 1) },
    (_, index) => (attempts[index] ?? 0) + (index === retrier ? 1 : 0),
  );

export const catcherOf = (catchers: readonly Catcher[], failure: StateFailure): Catcher | undefined =>
  catchers.find((catcher) => matches(catcher.errorEquals, failure));
