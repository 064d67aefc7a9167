/** The mails about each step of a lockout. */
import { describe, expect, it } from '@jest/globals';
import type { Cause } from '#lib/model/key.ts';
import type { AffectedDatabase } from '#lib/model/notice.ts';
import type { PresentCause } from '#lib/model/remedy.ts';
import { renderMail } from '#lib/notifications/render.ts';
import { aNotice, facts } from './a-notice.ts';

const database = (name: string, changes: Partial<AffectedDatabase> = {}): AffectedDatabase => ({
  name,
  plan: 'private-7',
  status: 'available',
  apps: ['your-app-name'],
  trouble: null,
  ...changes,
});

const causedBy = (cause: Cause, changes: Partial<PresentCause> = {}): PresentCause => ({
  cause,
  deletionDate: null,
  isGone: false,
  ...changes,
});

describe('the mail about each fact', () => {
  it.each(facts)('reads as agreed for %s', (fact) => {
    const { subject, text, html } = renderMail(aNotice(fact));

    expect(subject).toMatchSnapshot();
    expect(text).toMatchSnapshot();
    expect(html).toMatchSnapshot();
  });

  it.each(facts)('names every database, its key and its lockout in text and HTML for %s', (fact) => {
    const notice = aNotice(fact, {
      databases: [database('one', { trouble: 'stuck' }), database('two', { trouble: 'stuck' })],
    });
    const { text, html } = renderMail(notice);

    for (const part of [text, html])
      for (const word of ['one', 'two', notice.keyArn, notice.lockoutId]) expect(part).toContain(word);
  });

  it('says one database in the singular', () => {
    const one = [database('only')];
    expect(renderMail(aNotice('databases_stopped', { databases: one })).text).toContain('1 DATABASE IS STOPPED');
    expect(renderMail(aNotice('lockout_cancelled', { databases: one })).subject).toContain('1 database keeps running');
  });

  it('names each of 10,000 databases and stays far below the 10 MB of a mail', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => database(`redis-${index}x`));
    const { text, html } = renderMail(aNotice('databases_stopped', { databases: many }));

    for (const part of [text, html]) {
      expect(new Set(part.match(/redis-\d+x/g)).size).toBe(10_000);
      expect(part.length).toBeLessThan(500_000);
    }
  });
});

describe('subjects', () => {
  it('all open with the short id of the key, so that mails about one key sort together', () => {
    for (const fact of facts) expect(renderMail(aNotice(fact)).subject).toMatch(/^\[Latchkey 4f8c2a6e\] /);
  });

  it('stay below 70 characters with 10,000 databases', () => {
    const databases = Array.from({ length: 10_000 }, (_, index) => database(`d${index}`, { trouble: 'stuck' }));
    for (const fact of facts) expect(renderMail(aNotice(fact, { databases })).subject.length).toBeLessThan(70);
  });
});

describe('the way back', () => {
  const arn = aNotice('lockout_opened').keyArn;
  const commands: Readonly<Record<Cause, readonly string[]>> = {
    key_disabled: [`aws kms enable-key --key-id ${arn}`],
    deletion_scheduled: [`aws kms cancel-key-deletion --key-id ${arn}`, `aws kms enable-key --key-id ${arn}`],
    material_expired: [
      `aws kms get-parameters-for-import --key-id ${arn}`,
      `aws kms import-key-material --key-id ${arn}`,
    ],
    access_denied: [`aws kms get-key-policy --key-id ${arn}`, `aws kms put-key-policy --key-id ${arn}`],
    key_store_unavailable: [
      'aws kms describe-custom-key-stores --region us-east-1',
      `aws kms describe-key --key-id ${arn}`,
    ],
    kms_unreachable: [`aws kms describe-key --key-id ${arn}`],
    platform_permission_missing: [`aws kms describe-key --key-id ${arn}`],
  };

  it.each(Object.entries(commands))('is a list of commands, in order, when the cause is %s', (cause, expected) => {
    for (const fact of ['lockout_opened', 'databases_stopped'] as const) {
      const { text } = renderMail(aNotice(fact, { present: causedBy(cause as Cause) }));
      const places = expected.map((command) => text.replace(/\s+/g, ' ').indexOf(command));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });

  it('puts each command on a line of its own, whole, for copying', () => {
    const lines = renderMail(aNotice('databases_stopped', { present: causedBy('deletion_scheduled') })).text.split(
      '\n',
    );

    expect(lines.filter((line) => line.startsWith('    aws kms '))).toEqual([
      `    aws kms cancel-key-deletion --key-id ${arn} --region us-east-1`,
      `    aws kms enable-key --key-id ${arn} --region us-east-1`,
    ]);
  });

  it('warns that a deleted key takes the data with it', () => {
    expect(renderMail(aNotice('lockout_opened', { present: causedBy('deletion_scheduled') })).text).toMatch(
      /permanently\s+lost/,
    );
    expect(renderMail(aNotice('lockout_opened')).text).not.toMatch(/permanently\s+lost/);
  });

  it.each(['lockout_opened', 'cause_changed', 'databases_stopped'] as const)(
    'names the day on which the key is deleted: %s',
    (fact) => {
      const present = causedBy('deletion_scheduled', { deletionDate: '2026-12-01T11:04:00.000Z' });
      const { text, html } = renderMail(aNotice(fact, { present }));

      for (const part of [text, html])
        expect(part.replaceAll(/\s+/g, ' ')).toMatch(/1 December 2026, 11:04 UTC \(in (7|6) days/);
      expect(text).toContain('At first:');
    },
  );

  it('promises nothing for a key that is deleted', () => {
    const { text } = renderMail(
      aNotice('cause_changed', { state: 'stopped', present: causedBy('deletion_scheduled', { isGone: true }) }),
    );

    expect(text).toContain('THE KEY IS DELETED');
    expect(text).not.toMatch(/cancel-key-deletion|enable-key/);
  });

  it.each([
    ['waiting', '2 databases will stop at 11:12 UTC unless'],
    ['stopping_servers', '2 databases are being stopped'],
    ['stopped', '2 databases stay stopped until'],
    ['starting_services', '2 databases cannot be started until'],
  ] as const)('says what a change of cause means while the lockout is %s', (state, words) => {
    const { text } = renderMail(aNotice('cause_changed', { state, present: causedBy('deletion_scheduled') }));
    expect(text.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  it('requires no action for a key that is usable again', () => {
    const starting = [database('slow', { status: 'starting', trouble: 'The service does not answer.' })];

    for (const notice of [
      aNotice('lockout_cancelled'),
      aNotice('databases_restored'),
      aNotice('attention_needed', { databases: starting, isUsable: true }),
      aNotice('lockout_opened', { state: 'stopping_services', isUsable: true }),
      aNotice('databases_stopped', { state: 'starting_servers', isUsable: true }),
    ])
      expect(renderMail(notice).text).not.toContain('aws kms');
  });

  it('says of databases whose data is damaged that nothing is tried any more', () => {
    const failed = aNotice('attention_needed').databases.map((database) => ({ ...database, status: 'failed' }));
    const { text } = renderMail(aNotice('attention_needed', { databases: failed }));

    expect(text.replaceAll(/\s+/g, ' ')).toContain('They are not started, and the remaining data is not overwritten.');
    expect(text).not.toContain('attempts are repeated');
    expect(text).not.toContain('aws kms');
  });

  it('lists only the databases that need attention, with the reason', () => {
    const { text } = renderMail(aNotice('attention_needed'));
    expect(text).toContain('No space left on device');
    expect(text).not.toContain('sessions');
  });
});
