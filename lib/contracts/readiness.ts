/** The readiness of a key: whether pulling the switch would work today. */
import * as z from 'zod/mini';
import { itemStatuses, readinessCodes, readinessVerdicts } from '#lib/model/readiness/codes.ts';
import type { Readiness } from '#lib/model/readiness/readiness.ts';
import { type Infer, lazily, lazyObject } from '#lib/model/schema.ts';
import { operation, time } from './operation.ts';

export const ReadinessVerdict = lazily(() =>
  z
    .enum(readinessVerdicts)
    .check(z.describe('`not_ready`: an item fails. `at_risk`: an item warns, or one is unknown that must be known.')),
);

const ReadinessItem = lazyObject(() => ({
  code: z.enum(readinessCodes),
  status: z
    .enum(itemStatuses)
    .check(
      z.describe('`unknown`: KMS or the key policy did not let the platform see, or no full check has looked yet'),
    ),
  detail: z.string().check(z.describe('What was found, and why it matters')),
  fix: z
    .array(z.object({ text: z.nullable(z.string()), commands: z.array(z.string()) }))
    .check(
      z.describe(
        'What to do, in order: commands for a POSIX shell, with the AWS CLI in the account that owns the key, and ' +
          'with `LATCHKEY_URL` and `LATCHKEY_TOKEN`',
      ),
    ),
  since: z
    .nullable(time())
    .check(
      z.describe('Since when it has this status; null for one that passes, and before a full check has stored it'),
    ),
}));

export const ReadinessView = lazyObject(() => ({
  verdict: ReadinessVerdict(),
  items: z
    .array(ReadinessItem())
    .check(z.describe('Always in the same order. `drill` is left out before the first drill of the key')),
  checkedAt: z.nullable(time()).check(z.describe('The full check that found it; null before the first one')),
}));

export const readinessView = ({ verdict, items, checkedAt }: Readiness): Infer<typeof ReadinessView> => ({
  verdict,
  items: items.map(({ code, status, detail, fix, since }) => ({
    ...{ code, status, detail, since },
    fix: fix.map(({ text, commands }) => ({ text, commands: [...commands] })),
  })),
  checkedAt,
});

export const GetKeyReadiness = operation({
  id: 'getKeyReadiness',
  route: 'GET /v1/keys/{key}/readiness',
  summary: 'Whether turning the key off and on would work today: what full checks found, and what to do about it',
  scope: 'read',
  response: ReadinessView,
});
