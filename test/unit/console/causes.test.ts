/** The console and the mails speak of a cause with the same words. */
import { describe, expect, it } from '@jest/globals';
import { causeSentence, lockoutCause, recordedCause } from '#console/view-models/causes.ts';
import { causes } from '#lib/model/key.ts';
import { causeChangedTemplate } from '#lib/notifications/mail/cause-changed.ts';
import { aNotice } from '../notifications/a-notice.ts';
import { aLockout } from './things.ts';

const headlineOfMail = (cause: (typeof causes)[number], isGone = false): string =>
  causeChangedTemplate(aNotice('cause_changed', { present: { cause, isGone, deletionDate: null } })).headline;

describe('a cause', () => {
  it.each(causes)('%s is the same sentence on a page, in the timeline and in a mail', (cause) => {
    const sentence = headlineOfMail(cause);

    expect(causeSentence(cause)).toBe(sentence);
    expect(recordedCause(cause)).toBe(sentence);
    expect(lockoutCause(aLockout({ presentCause: cause }))).toBe(sentence);
  });

  it('of a key that KMS has deleted is the deletion', () => {
    expect(lockoutCause(aLockout({ presentCause: 'deletion_scheduled', isKeyGone: true }))).toBe(
      headlineOfMail('deletion_scheduled', true),
    );
  });

  it('of a lockout whose key is usable again is that which opened it', () => {
    expect(lockoutCause(aLockout({ cause: 'access_denied', presentCause: null }))).toBe(
      headlineOfMail('access_denied'),
    );
  });

  it('that this version does not know is shown in plain words', () => {
    expect(recordedCause('struck_by_lightning')).toBe('struck by lightning');
  });
});
