/** The section of a lockout. */
import { causeText } from '#lib/model/cause-text.ts';
import { html, type Markup } from '#lib/notifications/mail/markup.ts';
import type { Checked, LockoutFacts, Restore, Stop, TriedStart } from '../facts.ts';
import { bytes, type Cell, code, facts, idOf, lines, listed, moment } from './tables.ts';

export const lockoutSection = (lockout: LockoutFacts): Markup => html`<h2>Lockout ${code(lockout.lockout)}</h2>
${summary(lockout)}
${stops(lockout)}${refusals(lockout)}${restores(lockout)}${mails(lockout)}${checks(lockout)}`;

const summary = ({ opened, ended, states }: LockoutFacts): Markup =>
  facts([
    [
      'Cause',
      opened ? causeText({ cause: opened.cause, isGone: false }).sentence : 'Opened before the covered time span',
    ],
    [
      'Opened',
      opened
        ? html`${moment(opened.at)}, for ${opened.databases} ${opened.databases === 1 ? 'database' : 'databases'}`
        : '',
    ],
    ['Nothing stops before', opened ? moment(opened.deadline) : ''],
    ['Ended', ended ? html`${moment(ended.at)}: ${ended.state}` : 'Still open at the end of the time span'],
    [
      'States',
      lines(
        states.map(
          ({ at, state, entry }) =>
            html`${moment(at)} ${state.replaceAll('_', ' ')} <span class="note">#${entry}</span>`,
        ),
      ),
    ],
  ]);

const checks = ({ checks: items }: LockoutFacts): Markup =>
  listed({
    title: 'Checks of the key',
    note:
      'KMS’s response to each call. The last check of a state led to the state. The request ids are also ' +
      'in CloudTrail of the key’s account.',
    items,
    columns: [
      ['At', ({ check }) => moment(check.at)],
      ['For', ({ state }) => state.replaceAll('_', ' ')],
      [
        'Found',
        ({ check }) => lines([check.verdict, check.cause ?? '', check.keyState ?? ''].map((word) => html`${word}`)),
      ],
      ['Calls and request ids', calls],
    ],
  });

const ofWhat = { canary: 'of a known ciphertext', foreign_context: 'as another team' } as const;

const calls = ({ check }: Checked): Cell =>
  html`<table class="inner">${check.calls.map((each) => {
    const call = [each.call, each.of && ofWhat[each.of], each.dryRun && 'dry run'].filter(Boolean).join(', ');
    return html`<tr><td>${call}</td><td>${each.error ?? 'allowed'}</td><td>${idOf(each.requestId)}</td></tr>`;
  })}</table>`;

const stops = ({ stops: items }: LockoutFacts): Markup =>
  listed({
    title: 'Stopped services and servers',
    note:
      'A service stops after a verified save. A service that does not save in time is killed, and its ' +
      'append-only file, which contains every acknowledged write, is kept. A volume’s digest is of the ' +
      'sealed volume, which is ciphertext.',
    items,
    columns: [
      ['At', ({ at }) => moment(at)],
      ['Database', ({ name, databaseId }) => lines([html`${name}`, code(databaseId)])],
      ['Stopped', ({ what }) => what],
      ['Saved', saved],
      ['Sealed volume', volume],
    ],
  });

const withoutSnapshot = {
  script_running: 'a script could not be terminated',
  no_answer: 'the service did not respond',
  save_failed: 'the service could not save',
  not_serving: 'the service was not running',
} as const;

const ends = { shutdown: 'shut down on request', killed: 'killed', found_ended: 'was not running' } as const;

function saved({ savedAt, snapshotBytes, appendOnlyBytes, stop }: Stop): Cell {
  if (stop?.save !== 'append_only_file') return savedAt ? lines([moment(savedAt), html`${bytes(snapshotBytes)}`]) : '';
  const why = stop.reason ? `${ends[stop.end]}: ${withoutSnapshot[stop.reason]}` : ends[stop.end];
  return lines([
    html`append-only file`,
    html`${appendOnlyBytes === undefined ? '' : bytes(appendOnlyBytes)}`,
    html`${why}`,
  ]);
}

const volume = ({
  volumeBytes,
  volumeSha256,
}: {
  volumeBytes?: number | undefined;
  volumeSha256?: string | undefined;
}): Cell => (volumeSha256 ? lines([html`${bytes(volumeBytes)}`, html`SHA-256 ${code(volumeSha256)}`]) : '');

const answers: Readonly<Record<TriedStart['answer'], Cell>> = {
  refused: html`<span class="good">refused</span>`,
  opened: html`<span class="alarm">allowed: the key was usable again</span>`,
  unanswered: 'KMS did not respond',
  not_tried: 'not tested: this fleet cannot test it without a start',
};

const refusals = ({ triedStarts, refusedDecrypts }: LockoutFacts): Markup =>
  html`${listed({
    title: 'Tested starts of stopped servers',
    note:
      'A start requires that KMS unwraps the volume’s data key. Latchkey requested it from KMS immediately ' +
      'after the server stopped.',
    items: triedStarts,
    columns: [
      ['At', ({ at }) => moment(at)],
      ['Database', ({ name }) => name],
      ['KMS', ({ answer, error }) => lines([html`${answers[answer]}`, html`${error ?? ''}`])],
      ['Request id', ({ requestId }) => idOf(requestId)],
    ],
  })}${listed({
    title: 'Refused Decrypt calls',
    note: 'From the checks of the key. A known ciphertext is one that the key encrypted while it was usable.',
    items: refusedDecrypts,
    columns: [
      ['At', ({ at }) => moment(at)],
      [
        'Of',
        ({ of, dryRun }) =>
          of === 'canary' ? 'a known ciphertext' : dryRun ? 'nothing: a dry run' : 'a fresh ciphertext',
      ],
      ['KMS', ({ error }) => html`<span class="good">${error}</span>`],
      ['Request id', ({ requestId }) => idOf(requestId)],
    ],
  })}`;

const same = ({ what, sameAsStopped }: Restore): Cell => {
  if (what === 'service') return 'responds with its data';
  if (sameAsStopped === true) return html`<span class="good">identical to the sealed bytes</span>`;
  return sameAsStopped === false ? html`<span class="alarm">differs from the sealed bytes</span>` : 'unknown';
};

const restores = ({ restores: items }: LockoutFacts): Markup =>
  listed({
    title: 'Restored servers and services',
    note: 'A volume is authenticated when it is opened, which detects any changed byte.',
    items,
    columns: [
      ['At', ({ at }) => moment(at)],
      ['Database', ({ name, databaseId }) => lines([html`${name}`, code(databaseId)])],
      ['Started', ({ what }) => what],
      ['Opened volume', volume],
      ['Compared', same],
    ],
  });

const mails = ({ mails: items }: LockoutFacts): Markup =>
  listed({
    title: 'Notified admins',
    note: 'Mails with their SES message ids.',
    items,
    columns: [
      ['At', ({ at }) => moment(at)],
      ['Notice', ({ fact }) => fact.replaceAll('_', ' ')],
      ['To', ({ to }) => to],
      ['Message id', ({ messageId }) => idOf(messageId)],
    ],
  });
