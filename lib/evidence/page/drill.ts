/** Renders the signed report of a drill as a page to read and print. Deterministic, as the evidence page is. */
import type { DrillFindings } from '#lib/model/drill.ts';
import type { MeasuredPhase } from '#lib/model/drill-phases.ts';
import { emptyMarkup, html, type Markup } from '#lib/notifications/mail/markup.ts';
import type { DrillStatement, SignedDrillReport } from '../drill/statement.ts';
import { signedPage } from './frame.ts';
import { type Cell, code, facts, idOf, lines, moment, table } from './tables.ts';

export const drillPage = (report: SignedDrillReport): string => {
  const { statement } = report;
  return signedPage({
    file: report,
    title: `Drill ${statement.drill.id}`,
    brand: 'drill',
    heading: 'Report of a drill: a rehearsed revocation of a key',
    sections: html`${about(statement)}
${phases(statement)}
${noticing(statement)}${parity(statement)}${sentences('What the drill did not show', statement.notShown)}
${fixes(statement)}${cost(statement)}${stages(statement)}`,
  });
};

const seconds = (value: number | null): Cell => (value === null ? 'not measured' : `${value} s`);
const bySign = (isGood: boolean, text: string): Markup =>
  html`<span class="${isGood ? 'good' : 'alarm'}">${text}</span>`;

const about = ({ drill, team }: DrillStatement): Markup =>
  facts([
    ['Outcome', bySign(drill.outcome === 'passed', drill.outcome)],
    ['Reason', drill.detail ?? 'none'],
    ['Mode', drill.mode],
    ['Key', code(drill.key.arn)],
    ['Drill key', drill.drillKey ? code(drill.drillKey.arn) : 'none: the drill used the key itself'],
    ['Database', html`${drill.database.name} ${code(drill.database.id)}, ${drill.plan}`],
    ['Waiting period', `${drill.waitingPeriodMinutes} minutes`],
    ['Lockout of the fork', idOf(drill.lockout?.id)],
    ['Drill', code(drill.id)],
    ['Team', code(team)],
    ['Started', moment(drill.startedAt)],
    ['Ended', moment(drill.endedAt)],
  ]);

const verdictOf = ({ met }: MeasuredPhase): Cell => (met === null ? 'no verdict' : bySign(met, met ? 'met' : 'missed'));

const phases = ({ phases: items }: DrillStatement): Markup =>
  table({
    title: 'Phases',
    note:
      'Expected is estimated from the team’s past lockouts. Stopped is measured from the lockout, with its waiting ' +
      'period; restored from the return of the key.',
    items,
    columns: [
      ['Phase', ({ phase }) => phase],
      ['Expected', ({ expectedSeconds }) => (expectedSeconds === null ? 'unknown' : seconds(expectedSeconds))],
      ['Measured', ({ measuredSeconds }) => seconds(measuredSeconds)],
      ['Objective', ({ objectiveSeconds }) => (objectiveSeconds === null ? 'none' : seconds(objectiveSeconds))],
      ['Verdict', verdictOf],
    ],
  });

const openings: Readonly<Record<string, Cell>> = {
  refused: html`<span class="good">refused by KMS</span>`,
  opened: 'allowed',
  unanswered: 'KMS did not respond',
  not_tried: 'not tested: this fleet cannot test it without a start',
};

const noticing = ({ drill: { mode, noticed, opening, findings } }: DrillStatement): Markup =>
  mode === 'simulated'
    ? emptyMarkup
    : html`<h3>Noticing and refusal</h3>
${facts([
  ['Noticed by', noticed?.by ?? 'not noticed'],
  ['Lag', seconds(noticed?.lagSeconds ?? null)],
  ['Start of the fork', opening ? (openings[opening.answer] ?? opening.answer) : 'not tested'],
  ['KMS’s error', opening?.error ?? 'none'],
  ['KMS’s request id', idOf(opening?.requestId)],
  ...(findings ? findingRows(findings) : []),
])}
`;

const findingRows = ({ isEventSeen, refusedCall, contacts }: DrillFindings): [string, Cell][] => [
  ['Event of the call', isEventSeen === null ? 'not expected' : bySign(isEventSeen, isEventSeen ? 'arrived' : 'none')],
  ['Refused to the owner', refusedCall ? `${refusedCall.call}, to ${refusedCall.by}` : 'nothing'],
  ['Reachable contacts', contacts.reachable],
  ['Contacts that bounce', contacts.bounced.length > 0 ? contacts.bounced.join(', ') : 'none'],
];

const parity = ({ parity: { keysBefore, keysAfter, expiring, isSame, lagBytes } }: DrillStatement): Markup =>
  html`<h3>Data</h3>
${facts([
  ['Keys before', keysBefore ?? 'not counted'],
  ['Keys after', keysAfter ?? 'not counted'],
  ['Left out', html`${expiring ?? 0} keys that expire soon`],
  ['Digests', isSame === null ? 'not compared' : bySign(isSame, isSame ? 'identical' : 'different')],
  ['Lag of the fork', lagBytes === null ? 'not measured' : `${lagBytes} bytes when it left its leader`],
])}
`;

const sentences = (title: string, items: readonly string[]): Markup =>
  html`<h3>${title}</h3>
${items.length === 0 ? html`<p>Nothing.</p>` : lines(items.map((item) => html`<p>${item}</p>`))}`;

const fix = ({ text, command }: DrillStatement['fixes'][number]): Markup =>
  html`<p>${text}</p>${command ? html`<pre><code>${command}</code></pre>` : emptyMarkup}\n`;

const fixes = ({ fixes: items }: DrillStatement): Markup => html`<h3>What to fix</h3>
${items.length === 0 ? html`<p>Nothing.</p>` : items.map(fix)}`;

const cost = ({ cost: of }: DrillStatement): Markup => html`<h3>Cost on EC2</h3>
${
  of
    ? facts([
        ['Instance', html`${of.instanceType}, ${of.instanceMinutes} minutes`],
        ['Volume', `${of.volumeGiB} GiB, ${of.volumeGiBHours} GiB hours`],
        ['Snapshots', of.snapshots],
      ])
    : html`<p>Unknown for this plan.</p>`
}
`;

const stages = ({ drill: { stages: items } }: DrillStatement): Markup =>
  table({
    title: 'Stages',
    note: 'The timeline has an entry for each.',
    items,
    columns: [
      ['Entered', ({ at }) => moment(at)],
      ['Stage', ({ stage }) => stage.replaceAll('_', ' ')],
    ],
  });
