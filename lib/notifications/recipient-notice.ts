/** A notice to one recipient, before it is sent. */
import type { AffectedDatabase, Notice, RecipientRole } from '#lib/model/notice.ts';
import type { NoticeRequest } from '#lib/model/outbox-message.ts';
import type { Recipient } from '#lib/model/recipient.ts';

/** Who is to get a notice, and why. */
export interface Addressee {
  readonly email: string;
  readonly role: RecipientRole;
  /** The databases that concern the addressee. */
  readonly databases: readonly AffectedDatabase[];
}

export interface RecipientNotice {
  readonly request: NoticeRequest;
  /** The key that the notice is about; null for a notice of a webhook. */
  readonly keyId: string | null;
  readonly admin: string;
  readonly notice: Notice;
  /** A later notice covers this one. */
  readonly isFolded: boolean;
  /** Whether the address is in the team's mail domains. */
  readonly isOwn: boolean;
  /** The stored recipient of the address; null before its first mail. */
  readonly recipient: Recipient | null;
}
