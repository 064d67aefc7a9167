/** One drill: live while it runs, then its report against the objectives. */
import { useRoute } from 'preact-iso';
import { call, change } from '../api/call.ts';
import { type Poll, usePoll } from '../api/poll.ts';
import type { DrillReport } from '../api/types.ts';
import { Action } from '../components/actions.tsx';
import { Loaded } from '../components/feedback.tsx';
import { Facts, Screen, Section } from '../components/layout.tsx';
import { Badge, Command, Foreign, Id, Time } from '../components/text.tsx';
import { costText, drillState, isRunning, parityText, phaseLines } from '../view-models/drills.ts';
import { readable } from '../view-models/names.ts';
import { duration } from '../view-models/time.ts';
import { words } from '../view-models/tone.ts';

export function DrillScreen() {
  const { id = '' } = useRoute().params;
  return <DrillById key={id} id={id} />;
}

function DrillById({ id }: { readonly id: string }) {
  const poll = usePoll(`drill ${id}`, {
    read: (signal) => call<DrillReport>(`/v1/drills/${encodeURIComponent(id)}`, { signal }),
    isActive: isRunning,
  });
  const drill = poll.state.value.data;
  const title = drill ? `Drill of ${readable(drill.database.name, 63)}` : 'Drill';
  return (
    <Screen title={title} eyebrow={<a href="/console/drills">Drills</a>}>
      <Loaded poll={poll}>{(report) => <Report report={report} poll={poll} />}</Loaded>
    </Screen>
  );
}

interface ReportProps {
  readonly report: DrillReport;
  readonly poll: Poll<DrillReport>;
}

function Report({ report, poll }: ReportProps) {
  const { tone, word, sentence } = drillState(report);
  const abort = async () => {
    await change(`/v1/drills/${report.id}/abort`, 'POST');
    poll.refresh();
  };
  return (
    <>
      <div class={`state ${tone}`}>
        <p class="headline" role="status" aria-live="polite">
          {word}
        </p>
        <p>
          <Foreign text={sentence} most={1200} />
        </p>
        {report.next ? <Fix fix={report.next} /> : null}
        <div class="buttons">
          {report.actions.includes('abort') ? (
            <Action label="Abort the drill" busyLabel="Aborting …" kind="danger" work={abort} />
          ) : null}
          <a href={`/console/keys/${report.key.id}`}>See the key</a>
        </div>
      </div>
      <Objectives report={report} />
      <Section title="Stages">
        <ol class="rows steps">
          {report.stages.map(({ stage, at }) => (
            <li key={stage}>
              <Badge tone="grey">{words(stage)}</Badge>
              <span class="name">
                <Time iso={at} seconds />
              </span>
            </li>
          ))}
        </ol>
      </Section>
      <NotShown report={report} />
      <AboutDrill report={report} />
    </>
  );
}

const Fix = ({ fix: { text, command } }: { readonly fix: DrillReport['fixes'][number] }) => (
  <div class="fix">
    <p>
      <Foreign text={text} most={1000} />
    </p>
    {command ? <Command text={command} what={text} /> : null}
  </div>
);

const Objectives = ({ report }: { readonly report: DrillReport }) => (
  <Section title="Objectives" aside={isRunning(report) ? 'measured as it goes' : 'measured'}>
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Verdict</th>
          <th scope="col">Phase</th>
          <th scope="col">Measured</th>
          <th scope="col">Objective</th>
          <th scope="col">Expected</th>
        </tr>
      </thead>
      <tbody>
        {phaseLines(report).map(({ phase, measured, objective, expected, verdict, tone }) => (
          <tr key={phase}>
            <td>
              <Badge tone={tone}>{verdict}</Badge>
            </td>
            <th scope="row">{phase}</th>
            <td data-label="Measured">{measured}</td>
            <td data-label="Objective">{objective}</td>
            <td data-label="Expected">{expected}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <Facts rows={[['Data', parityText(report)]]} />
    {report.fixes.map((fix) => (
      <Fix key={fix.text} fix={fix} />
    ))}
  </Section>
);

const NotShown = ({ report: { notShown } }: { readonly report: DrillReport }) =>
  notShown.length > 0 ? (
    <Section title="What this drill does not show">
      <ul class="plain">
        {notShown.map((line) => (
          <li key={line}>
            <Foreign text={line} most={1000} />
          </li>
        ))}
      </ul>
    </Section>
  ) : null;

const noticedText = ({ by, lagSeconds }: NonNullable<DrillReport['noticed']>): string =>
  lagSeconds === null ? `by ${words(by)}` : `by ${words(by)} after ${duration(1000 * lagSeconds)}`;

const AboutDrill = ({ report }: { readonly report: DrillReport }) => (
  <Section title="About this drill">
    <Facts
      rows={[
        ['Mode', report.mode],
        ['Key', <Id key="key" text={report.key.arn} />],
        report.drillKey ? ['Drill key', <Id key="drill-key" text={report.drillKey.arn} />] : null,
        report.noticed ? ['Noticed', noticedText(report.noticed)] : null,
        report.opening ? ['Opening the stopped volume', words(report.opening.error ?? report.opening.answer)] : null,
        report.lockout
          ? [
              'Lockout of the fork',
              <a key="lockout" href={`/console/lockouts/${report.lockout}`}>
                <Id text={report.lockout} />
              </a>,
            ]
          : null,
        ['Occupied on EC2', costText(report.cost) ?? 'nothing that is rented'],
        ['Started', <Time key="start" iso={report.startedAt} seconds />],
        report.endedAt ? ['Ended', <Time key="end" iso={report.endedAt} seconds />] : null,
        ['Id', <Id key="id" text={report.id} />],
      ]}
    />
  </Section>
);
