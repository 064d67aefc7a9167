/** What can happen to a key; part of the list in `events.ts`. */
import * as z from 'zod/mini';
import { cause, checks } from './event-proofs.ts';
import { neededActions } from './key.ts';
import { lazily, lazyObject } from './schema.ts';
import { warningKinds } from './warnings/notified.ts';

const arn = lazily(() => z.string().check(z.describe("The key's full ARN")));
const keyFact = lazyObject(() => ({ arn: arn() }));
const keyFactChecked = lazily(() => z.extend(keyFact(), { checks: checks() }));
const warning = lazily(() => z.enum(warningKinds).check(z.describe('What the warning is about')));

export const keyEvents = {
  KeyRegistered: () => z.object({ arn: arn(), warnings: z.array(z.string()) }),
  KeyForgotten: keyFact,
  KeyReleased: () =>
    z
      .object({ arn: arn(), reason: z.enum(['taken_over', 'operator']) })
      .check(
        z.describe('The team no longer holds the key: its owner bound it to another team, or the operator released it'),
      ),
  KeyBecameUnusable: () => z.object({ arn: arn(), cause: cause(), keyState: z.nullable(z.string()), checks: checks() }),
  KeyBecameUsable: keyFactChecked,
  KeyDegraded: () =>
    z
      .object({
        arn: arn(),
        refusals: z.array(
          z.object({
            action: z.enum(neededActions),
            statement: z
              .nullable(z.record(z.string(), z.unknown()))
              .check(z.describe('What to add to the key policy; null where a Deny refuses the action')),
          }),
        ),
        checks: checks(),
      })
      .check(
        z.describe('Decrypt works, and KMS refuses another needed action: what serves goes on, and nothing new begins'),
      ),
  KeySettingsChanged: () =>
    z
      .object({ arn: arn(), strict: z.boolean() })
      .check(z.describe('Strict: any refused action counts as the loss of the key')),
  KeyCheckUnanswered: () =>
    z
      .object({ arn: arn(), cause: z.nullable(cause()), checks: checks() })
      .check(z.describe('KMS gave no response to act on: nothing is stopped, and a person should look')),
  KeyEventReceived: () =>
    z
      .object({
        arn: arn(),
        name: z.string().check(z.describe("The call's or the event's name")),
        eventId: z.string().check(z.describe("EventBridge's id")),
        cloudTrail: z
          .nullable(z.object({ eventId: z.string(), requestId: z.nullable(z.string()), at: z.nullable(z.string()) }))
          .check(
            z.describe(
              "The record in the trail of the key's account, as the event names it; null for events of KMS itself",
            ),
          ),
      })
      .check(z.describe("An event from the key's account; it leads to a check, and decides nothing itself")),
  KeyEventIgnored: () =>
    z
      .object({ arn: arn(), account: z.string(), name: z.string(), reason: z.enum(['failed_call', 'foreign_account']) })
      .check(
        z.describe(
          'A call that KMS refused, or an event about a key of another account; at most once an hour for each sender',
        ),
      ),
  KeyEventsProven: () =>
    keyFact().check(z.describe('Events of the key are proven to be delivered: the key is checked less often')),
  KeyEventsUnproven: () =>
    keyFact().check(z.describe('The event of a check was not delivered: the key is checked every minute')),
  KeyWarningRaised: () =>
    z
      .object({
        arn: arn(),
        warning: warning(),
        mark: z.nullable(z.int()).check(z.describe('Days before the date that the warning is for: 30, 14, 7, 3 or 1')),
        date: z.nullable(z.string()).check(z.describe('When the key is deleted, or its material expires')),
        detail: z.string(),
      })
      .check(z.describe('An early warning: the contacts of the key and the admins of its apps get a mail')),
  KeyWarningWithdrawn: () =>
    z
      .object({ arn: arn(), warning: warning(), detail: z.string() })
      .check(z.describe('An early warning is not true any more')),
} as const satisfies Record<string, () => z.ZodMiniObject>;
