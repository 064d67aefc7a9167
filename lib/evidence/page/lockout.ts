/** One lockout, as the page tells it. */
import { html, type Markup } from '#lib/notifications/mail/markup.ts';
import type { Checked, LockoutFacts, Restore, Stop, TriedStart } from '../facts.ts';
import { bytes, type Cell, code, facts, idOf, lines, listed, moment } from './tables.ts';

const causes: Readonly<Record<string, string>> = {
  key_disabled: 'The key was disabled',
  deletion_scheduled: "The key's deletion was scheduled",
  material_expired: "The key's material expired or was deleted",
  access_denied: "The key's policy no longer allowed its use",
};

export const lockoutSection = (lockout: LockoutFacts): Markup => html`<h2>Lockout ${code(lockout.lockout)}</h2>
${summary(lockout)}
${stops(lockout)}${refusals(lockout)}${restores(lockout)}${mails(lockout)}${checks(lockout)}`;

const summary = ({ opened, ended, states }: LockoutFacts): Markup =>
  facts([
    ['Cause', opened ? (causes[opened.cause] ?? opened.cause) : 'It opened before the time that is covered'],
    [
      'Opened',
      opened
        ? html`${moment(opened.at)}, for ${opened.databases} ${opened.databases === 1 ? 'database' : 'databases'}`
        : '',
    ],
    ['Nothing stops before', opened ? moment(opened.deadline) : ''],
    ['Ended', ended ? html`${moment(ended.at)}: ${ended.state}` : 'It was still open when that time ended'],
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
    note: 'What KMS answered, call by call. A state is entered on the last of its checks. A request id is in the CloudTrail of the key’s account too.',
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
    const how = [each.of ? ofWhat[each.of] : '', each.dryRun ? 'dry run' : ''];
    return html`<tr><td>${[each.call, ...how].filter(Boolean).join(', ')}</td><td>${each.error ?? 'allowed'}</td><td>${idOf(each.requestId)}</td></tr>`;
  })}</table>`;

const stops = ({ stops: items }: LockoutFacts): Markup =>
  listed({
    title: 'What was stopped, and how it was saved',
    note: 'A service stops after a save that was checked. One that does not save in time is ended, and its append-only file is kept, which has every write that it acknowledged. A volume’s digest is of the sealed volume, which is ciphertext.',
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
  script_running: 'a script could not be ended',
  no_answer: 'the service did not answer',
  save_failed: 'the service could not save',
  not_serving: 'the service was not up',
} as const;

const ends = { shutdown: 'ended on request', killed: 'killed', found_ended: 'found ended' } as const;

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
  unanswered: 'KMS did not answer',
  not_tried: 'not tried: this fleet can’t without starting it',
};

const refusals = ({ triedStarts, refusedDecrypts }: LockoutFacts): Markup =>
  html`${listed({
    title: 'Starts that were tried while it was stopped',
    note: 'A start begins with KMS unwrapping the volume’s data key. That was asked of KMS right after the server had stopped.',
    items: triedStarts,
    columns: [
      ['At', ({ at }) => moment(at)],
      ['Database', ({ name }) => name],
      ['KMS', ({ answer, error }) => lines([html`${answers[answer]}`, html`${error ?? ''}`])],
      ['Request id', ({ requestId }) => idOf(requestId)],
    ],
  })}${listed({
    title: 'Decrypt, refused',
    note: 'By the checks of the key: of a ciphertext that it made while it was usable, where it is a known one.',
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
  if (what === 'service') return 'answers with its data';
  if (sameAsStopped === true) return html`<span class="good">the very bytes that were sealed</span>`;
  return sameAsStopped === false ? html`<span class="alarm">other bytes than were sealed</span>` : 'not known';
};

const restores = ({ restores: items }: LockoutFacts): Markup =>
  listed({
    title: 'What was restored',
    note: 'A volume is authenticated when it is opened: no byte of it may have changed.',
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
    title: 'Who was told',
    note: 'By mail, with SES’s id of it.',
    items,
    columns: [
      ['At', ({ at }) => moment(at)],
      ['What', ({ fact }) => fact.replaceAll('_', ' ')],
      ['To', ({ to }) => to],
      ['Message id', ({ messageId }) => idOf(messageId)],
    ],
  });
