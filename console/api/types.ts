/** What the API answers, by the contracts. Types only: no contract is part of the bundle. */
import type { ListApps } from '#lib/contracts/apps.ts';
import type { ListBackups } from '#lib/contracts/backups.ts';
import type { ListContacts } from '#lib/contracts/contacts.ts';
import type { GetDatabase, ListPlans } from '#lib/contracts/databases.ts';
import type { EstimateDrill, GetDrill, ListDrills } from '#lib/contracts/drills.ts';
import type { GetImpact } from '#lib/contracts/impact.ts';
import type { GetKey } from '#lib/contracts/keys.ts';
import type { GetLockout, ListLockouts } from '#lib/contracts/lockouts.ts';
import type { AnswerOf } from '#lib/contracts/operation.ts';
import type { GetKeyReadiness } from '#lib/contracts/readiness.ts';
import type { ListRecipients } from '#lib/contracts/recipients.ts';
import type { StartSession } from '#lib/contracts/sessions.ts';
import type { ListTimeline, VerifyTimeline } from '#lib/contracts/timeline.ts';
import type { ListTokens } from '#lib/contracts/tokens.ts';
import type { CreateWebhook, ListDeliveries, ListWebhooks } from '#lib/contracts/webhooks.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

type ItemOf<P extends { readonly items: readonly unknown[] }> = P['items'][number];

export type Key = AnswerOf<typeof GetKey>;
export type Check = Key['check'];
export type Readiness = AnswerOf<typeof GetKeyReadiness>;
export type ReadinessItem = Readiness['items'][number];
export type Action = keyof Check['actions'];
/** As lists have it. */
export type Lockout = ItemOf<AnswerOf<typeof ListLockouts>>;
export type LockoutDetail = AnswerOf<typeof GetLockout>;
export type Progress = NonNullable<LockoutDetail['progress']>;
export type RemedyStep = LockoutDetail['remedy'][number];
export type Impact = AnswerOf<typeof GetImpact>;
export type Recipient = ItemOf<AnswerOf<typeof ListRecipients>>;
export type Database = AnswerOf<typeof GetDatabase>;
export type Plan = ItemOf<AnswerOf<typeof ListPlans>>;
export type App = ItemOf<AnswerOf<typeof ListApps>>;
export type Backup = ItemOf<AnswerOf<typeof ListBackups>>;
export type Entry = ItemOf<AnswerOf<typeof ListTimeline>>;
export type TimelineVerification = AnswerOf<typeof VerifyTimeline>;
export type Contact = ItemOf<AnswerOf<typeof ListContacts>>;
export type Webhook = ItemOf<AnswerOf<typeof ListWebhooks>>;
export type CreatedWebhook = AnswerOf<typeof CreateWebhook>;
export type Delivery = ItemOf<AnswerOf<typeof ListDeliveries>>;
export type Drill = ItemOf<AnswerOf<typeof ListDrills>>;
export type DrillReport = AnswerOf<typeof GetDrill>;
export type DrillEstimate = AnswerOf<typeof EstimateDrill>;
export type Token = ItemOf<AnswerOf<typeof ListTokens>>;

export type StartedSession = AnswerOf<typeof StartSession>;
export type Session = StartedSession['session'];
