/** Mails that did not reach their recipient, as SES reports them. Pure. */
/** The tags of each mail, by which its trouble is found again. SES allows letters, digits, `_` and `-` in both. */
export const mailTags = { team: 'latchkey-team', key: 'latchkey-key' } as const;

/** What a mail was sent for: the key is null for a mail about a webhook. */
export interface MailOrigin {
  readonly teamId: string;
  readonly keyId: string | null;
}

export interface TroubleReport {
  readonly mail: { readonly tags?: Readonly<Record<string, readonly string[]>> | undefined };
  readonly bounce?:
    | { readonly bounceType: string; readonly bouncedRecipients: readonly { readonly emailAddress: string }[] }
    | undefined;
  readonly complaint?: { readonly complainedRecipients: readonly { readonly emailAddress: string }[] } | undefined;
}

export interface UnreachedMail {
  readonly origin: MailOrigin;
  readonly emails: readonly string[];
  readonly reason: 'bounce' | 'complaint';
}

/**
 * Null for a mail without our tags, and for trouble that passes: a full mailbox or an automatic reply is a `Transient`
 * bounce (SES developer guide, "Bounce types").
 */
export function unreachedMail({ mail, bounce, complaint }: TroubleReport): UnreachedMail | null {
  const [teamId] = mail.tags?.[mailTags.team] ?? [];
  const [keyId = null] = mail.tags?.[mailTags.key] ?? [];
  if (!teamId) return null;
  const origin = { teamId, keyId };
  if (complaint)
    return {
      origin,
      emails: complaint.complainedRecipients.map(({ emailAddress }) => emailAddress),
      reason: 'complaint',
    };
  if (bounce?.bounceType !== 'Permanent') return null;
  return { origin, emails: bounce.bouncedRecipients.map(({ emailAddress }) => emailAddress), reason: 'bounce' };
}
