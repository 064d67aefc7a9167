/** The demo compares the mails in its inbox with those that it promises. */
import { describe, expect, it } from '@jest/globals';
import { checkMails, mailsInWords, type PromisedMails } from '#local/demo/mails.ts';

const admin = 'admin@example.com';
const promised: PromisedMails[] = [
  { what: 'a warning', to: admin, subject: /will stop/, count: 2 },
  { what: '"stopped"', to: admin, subject: /stopped$/, count: 1 },
  { what: 'an early warning', to: 'security@customer.example', subject: /is deleted in/, count: 1 },
];
const mail = (subject: string, to = admin) => ({ subject, to: [to] });
const mails = [
  mail('1 database will stop at 10:00 UTC'),
  mail('1 database will stop at 11:00 UTC'),
  mail('1 database stopped'),
  mail('key is deleted in 30 days', 'security@customer.example'),
];

describe('the mails', () => {
  it('are those that were promised', () => {
    expect(() => checkMails(mails, promised)).not.toThrow();
  });

  it.each([
    ['one is missing', mails.slice(1), 'There are 1 mails to admin@example.com of this kind: a warning.'],
    ['one was sent twice', [...mails, mail('1 database stopped')], 'There are 2 mails to'],
    [
      'another recipient got one',
      [...mails, mail('1 database stopped', 'other@example.com')],
      'There is a mail to other@example.com that is not expected: 1 database stopped',
    ],
    ['one has another subject', [...mails, mail('hello')], 'that is not expected: hello'],
    [
      'one has two recipients',
      [...mails.slice(0, 3), { subject: 'key is deleted in 30 days', to: [admin, 'security@customer.example'] }],
      'There are 0 mails to security@customer.example',
    ],
  ])('fail the demo if %s', (_, found, fault) => {
    expect(() => checkMails(found, promised)).toThrow(fault);
  });

  it('are listed by address', () => {
    expect(mailsInWords(promised)).toBe(
      '3 to admin@example.com: 2 × a warning, "stopped"\n1 to security@customer.example: an early warning',
    );
  });
});
