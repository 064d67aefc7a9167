/** What the API answers, by the contracts. Types only: no contract is part of the bundle. */
import type { ListApps } from '#lib/contracts/apps.ts';
import type { ListBackups } from '#lib/contracts/backups.ts';
import type { ListContacts } from '#lib/contracts/contacts.ts';
import type { GetDatabase } from '#lib/contracts/databases.ts';
import type { GetDrillSchedule } from '#lib/contracts/drill-schedules.ts';
import type { EstimateDrill, GetDrill, ListDrills } from '#lib/contracts/drills.ts';
import type { GetImpact } from '#lib/contracts/impact.ts';
import type { GetKey } from '#lib/contracts/keys.ts';
import type { GetLockout, ListLockouts } from '#lib/contracts/lockouts.ts';
import type { ResponseOf } from '#lib/contracts/operation.ts';
import type { ListPlans } from '#lib/contracts/plans.ts';
import type { GetKeyReadiness } from '#lib/contracts/readiness.ts';
import type { ListRecipients } from '#lib/contracts/recipients.ts';
import type { StartSession } from '#lib/contracts/sessions.ts';
import type { ListTimeline, VerifyTimeline } from '#lib/contracts/timeline.ts';
import type { ListTokens } from '#lib/contracts/tokens.ts';
import type { ListDeliveries } from '#lib/contracts/webhook-deliveries.ts';
import type { CreateWebhook, ListWebhooks } from '#lib/contracts/webhooks.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

type ItemOf<P extends { readonly items: readonly unknown[] }> = P['items'][number];

export type Key = ResponseOf<typeof GetKey>;
export type Check = Key['check'];
export type Readiness = ResponseOf<typeof GetKeyReadiness>;
export type ReadinessItem = Readiness['items'][number];
export type Action = keyof Check['actions'];
/** As lists have it. */
export type Lockout = ItemOf<ResponseOf<typeof ListLockouts>>;
export type LockoutDetail = ResponseOf<typeof GetLockout>;
export type Progress = NonNullable<LockoutDetail['progress']>;
export type RemedyStep = LockoutDetail['remedy'][number];
export type Impact = ResponseOf<typeof GetImpact>;
export type Recipient = ItemOf<ResponseOf<typeof ListRecipients>>;
export type Database = ResponseOf<typeof GetDatabase>;
export type Plan = ItemOf<ResponseOf<typeof ListPlans>>;
export type App = ItemOf<ResponseOf<typeof ListApps>>;
export type Backup = ItemOf<ResponseOf<typeof ListBackups>>;
export type Entry = ItemOf<ResponseOf<typeof ListTimeline>>;
export type TimelineVerification = ResponseOf<typeof VerifyTimeline>;
export type Contact = ItemOf<ResponseOf<typeof ListContacts>>;
export type Webhook = ItemOf<ResponseOf<typeof ListWebhooks>>;
export type CreatedWebhook = ResponseOf<typeof CreateWebhook>;
export type Delivery = ItemOf<ResponseOf<typeof ListDeliveries>>;
export type Drill = ItemOf<ResponseOf<typeof ListDrills>>;
export type DrillReport = ResponseOf<typeof GetDrill>;
export type DrillSchedule = ResponseOf<typeof GetDrillSchedule>;
export type DrillEstimate = ResponseOf<typeof EstimateDrill>;
export type Token = ItemOf<ResponseOf<typeof ListTokens>>;

export type StartedSession = ResponseOf<typeof StartSession>;
export type Session = StartedSession['session'];
