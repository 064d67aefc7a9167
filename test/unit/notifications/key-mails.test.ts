/** The mails about a key: what they say, whom they go to, and that only what is still true is sent. */
import { describe, expect, it } from '@jest/globals';
import type { KeyNotice } from '#lib/model/notice.ts';
import { type KeyNoticeKind, keyNoticeKinds } from '#lib/model/outbox-message.ts';
import { renderMail } from '#lib/notifications/render.ts';

const arn = 'arn:aws:kms:us-east-1:111122223333:key/4f8c2a6e-1d3b-4c5a-9e7f-0a1b2c3d4e5f';
const drillKeyArn = 'arn:aws:kms:eu-west-1:444455556666:key/9d0c7a11-1d3b-4c5a-9e7f-0a1b2c3d4e5f';
const related = 'arn:aws:kms:eu-west-1:111122223333:key/mrk-4f8c2a6e1d3b4c5a9e7f0a1b2c3d4e5f';

const aKeyNotice = (fact: KeyNoticeKind, changes: Partial<KeyNotice> = {}): KeyNotice => ({
  fact,
  team: 'acme',
  keyId: 'key_01k9vafd3zq8w5n4m2xj7ht6rk',
  keyArn: arn,
  at: '2026-11-24T11:02:00.000Z',
  databases: [{ name: 'sessions', plan: 'private-9', status: 'available', apps: ['your-app-name'], trouble: null }],
  role: 'contact',
  confirmation: null,
  date: '2026-12-01T11:02:00.000Z',
  refused: ['kms:Encrypt'],
  statements: [],
  rotationFix: `aws kms enable-key-rotation --key-id ${arn} --region us-east-1`,
  sibling: { arn: related, state: 'enabled' },
  email: 'gone@example.com',
  about: fact === 'drill_overdue' ? '2026-11-23T04:00:00.000Z' : 'drl_01k9vafd3zq8w5n4m2xj7ht6rd',
  awaiting: fact.endsWith('_requested')
    ? { drillKeyArn, database: 'sessions', until: '2026-11-24T12:01:00.000Z' }
    : null,
  ...changes,
});

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('the mail about each fact of a key', () => {
  it.each(keyNoticeKinds)('reads as agreed for %s', (fact) => {
    const { subject, text } = renderMail(aKeyNotice(fact));
    expect(subject).toMatchSnapshot();
    expect(text).toMatchSnapshot();
  });

  it.each(keyNoticeKinds)('names the key in text and HTML, and says why it was sent, for %s', (fact) => {
    const { subject, text, html } = renderMail(aKeyNotice(fact));
    expect(subject).toMatch(
      fact.startsWith('drill_') ? /^\[drill\] \[Latchkey 4f8c2a6e\] / : /^\[Latchkey 4f8c2a6e\] /,
    );
    expect(subject.length).toBeLessThan(90);
    for (const part of [text, html]) {
      expect(part).toContain(arn);
      expect(oneLine(part)).toContain('You get this as a contact of the key, named by the team acme.');
    }
    expect(renderMail(aKeyNotice(fact, { role: 'admin' })).text).toContain('You get this as an admin of an app');
  });
});

describe('the time that is left', () => {
  it.each([
    ['2026-12-24T11:02:00.000Z', 'in 30 days, on 24 December 2026'],
    ['2026-12-01T01:02:00.000Z', 'in 7 days, on 1 December 2026'],
    ['2026-11-24T14:22:00.000Z', 'in 3 hours 20 minutes, on 24 November 2026'],
  ])('is the true one, until %s', (date, words) => {
    expect(renderMail(aKeyNotice('deletion_near', { date })).subject).toContain(words);
    expect(renderMail(aKeyNotice('expiry_near', { date })).subject).toContain(words);
  });

  it('is followed by the commands that keep the key', () => {
    const { text } = renderMail(aKeyNotice('deletion_near'));
    expect(text).toContain(`    aws kms cancel-key-deletion --key-id ${arn} --region us-east-1`);
    expect(text).toContain(`    aws kms enable-key --key-id ${arn} --region us-east-1`);
    expect(renderMail(aKeyNotice('expiry_near')).text).toContain('aws kms import-key-material');
  });
});

describe('the mail that a real drill sends', () => {
  it.each([
    ['drill_disable_requested', 'disable-key'],
    ['drill_enable_requested', 'enable-key'],
  ] as const)('for %s has the command of the drill key, in its own Region and account', (fact, operation) => {
    const { text, html } = renderMail(aKeyNotice(fact, { databases: [] }));

    expect(text.split('\n')).toContain(`    aws kms ${operation} --key-id ${drillKeyArn} --region eu-west-1`);
    expect(html).toContain(`aws kms ${operation} --key-id ${drillKeyArn} --region eu-west-1`);
    expect(oneLine(text)).toContain('Run this in account 444455556666');
    expect(oneLine(text)).toContain('12:01 UTC (in 59 minutes)');
  });

  it('cannot be rendered without the drill key', () => {
    expect(() => renderMail(aKeyNotice('drill_disable_requested', { awaiting: null }))).toThrow('no drill key');
  });
});

describe('a withdrawn warning', () => {
  it('says whether the date is gone or moved', () => {
    const { text: gone } = renderMail(aKeyNotice('deletion_withdrawn', { date: null }));
    expect(oneLine(gone)).toContain('Its deletion was cancelled');

    const moved = renderMail(aKeyNotice('expiry_withdrawn', { date: '2027-11-24T11:02:00.000Z' }));
    expect(moved.subject).toContain('later, on 24 November 2027');
  });
});

describe('names that would forge text', () => {
  it('are one line', () => {
    const { text, subject } = renderMail(
      aKeyNotice('recipient_bounced', { email: 'a@example.com\r\nBcc: b@example.com', team: 'acme\nYou won' }),
    );
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text.split('\n')).not.toContain('Bcc: b@example.com');
    expect(text.split('\n')).not.toContain('You won');
  });
});
