/**
 * Request bodies of the Heroku CLI, each with a maximum length. Other members that the CLI sends are dropped: a team
 * has one region, one stack and one owner.
 */
import * as z from 'zod/mini';
import { membersAtMost, pasted, printable } from '#lib/contracts/text.ts';
import { longestIdleSeconds } from '#lib/databases/settings.ts';
import { type Infer, lazily, lazyObject, lazyStrictObject } from '#lib/model/schema.ts';

/** A name, an id, or `app::ATTACHMENT`. */
const reference = lazily(() => printable({ max: 200 }));
const name = lazily(() => printable({ min: 0, max: 80 }));

/** A flag without a value is `true`. */
const Flag = lazily(() =>
  z.union([pasted({ min: 0, max: 400 }), z.boolean()], 'An option has a text value or no value'),
);
const Plan = lazyObject(() => ({ name: printable({ max: 80 }) }));

/** The body of `heroku addons:create`. Flags after `--` are keys of `config`, with their hyphens. */
export const NewAddon = lazyObject(() => ({
  plan: z.union(
    [
      Plan(),
      z.pipe(
        Plan().shape.name,
        z.transform((text) => ({ name: text })),
      ),
    ],
    'A plan is given by its name, as in heroku-redis:private-7',
  ),
  attachment: z.nullish(z.object({ name: z.nullish(name()) })),
  config: z.nullish(z.record(printable({ max: 80 }), Flag()).check(...membersAtMost(20))),
  confirm: z.nullish(name()),
  name: z.nullish(name()),
}));
export type NewAddon = Infer<typeof NewAddon>;

export const AddonSearch = lazyObject(() => ({ addon: reference(), app: z.nullish(reference()) }));

export const AddonChange = lazyObject(() => ({ name: z.optional(name()), plan: z.optional(Plan()) }));

export const NewApp = lazyObject(() => ({ name: z.optional(name()), space: z.optional(name()) }));

/** A name or an id, as a string or in an object. */
const Reference = lazily(() =>
  z.union(
    [
      reference(),
      z.pipe(
        z.object({ name: reference() }),
        z.transform((named) => named.name),
      ),
      z.pipe(
        z.object({ id: reference() }),
        z.transform(({ id }) => id),
      ),
    ],
    'A name or an id',
  ),
);

export const NewAttachment = lazyObject(() => ({
  addon: Reference(),
  app: Reference(),
  name: z.nullish(name()),
  confirm: z.nullish(name()),
}));

/** `configureDatabase` checks the ranges; this schema only bounds the values. */
export const ConfigChange = lazyStrictObject(() => ({
  timeout: z.optional(
    z
      .number()
      .check(
        z.minimum(0, 'A timeout is a whole number of seconds; 0 means that idle connections stay.'),
        z.maximum(longestIdleSeconds, `A timeout is at most ${longestIdleSeconds} seconds.`),
      ),
  ),
  maxmemory_policy: z.optional(printable({ min: 0, max: 40 })),
  notify_keyspace_events: z.optional(printable({ min: 0, max: 40 })),
}));

export const NewWindow = lazyObject(() => ({
  day_of_week: printable({ min: 0, max: 20 }),
  time_of_day: printable({ min: 0, max: 20 }),
}));

export const Schedule = lazyObject(() => ({
  delay_weeks: z.union([printable({ max: 10 }), z.number().check(z.minimum(0), z.maximum(52))], 'A number of weeks'),
}));
