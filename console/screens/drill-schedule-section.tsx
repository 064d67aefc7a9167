/** The drill schedule of a key: drills that start by themselves. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { call, change } from '../api/call.ts';
import { now } from '../api/clock.ts';
import { Failure } from '../api/http.ts';
import { type Poll, usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { DrillSchedule } from '../api/types.ts';
import { ConfirmedAction } from '../components/actions.tsx';
import { Empty, Loaded } from '../components/feedback.tsx';
import { Facts, Section } from '../components/layout.tsx';
import { Badge, Foreign, Id, Time } from '../components/text.tsx';
import { refusalText, scheduleState } from '../view-models/drill-schedule.ts';
import { DrillScheduleForm } from './drill-schedule-form.tsx';

interface Loading {
  /** Null if the key has none. */
  readonly schedule: DrillSchedule | null;
}

const read =
  (path: string) =>
  async (signal: AbortSignal): Promise<Loading> => {
    try {
      return { schedule: await call<DrillSchedule>(path, { signal }) };
    } catch (error) {
      if (error instanceof Failure && error.problem.status === 404) return { schedule: null };
      throw error;
    }
  };

interface SectionProps {
  readonly keyId: string;
  /** Typed to confirm the removal. */
  readonly keyName: string;
}

export function DrillScheduleSection({ keyId, keyName }: SectionProps) {
  const path = `/v1/keys/${encodeURIComponent(keyId)}/drill-schedule`;
  const poll = usePoll(`drill schedule ${keyId}`, { read: read(path), isActive: () => false });
  return (
    <Section title="Drill schedule" aside="drills that start by themselves">
      <Loaded poll={poll}>{({ schedule }) => <Schedule {...{ schedule, path, keyName, poll }} />}</Loaded>
    </Section>
  );
}

interface ScheduleProps extends Loading {
  readonly path: string;
  readonly keyName: string;
  readonly poll: Poll<Loading>;
}

function Schedule({ schedule, path, keyName, poll }: ScheduleProps) {
  const isEditing = useSignal(false);
  const edit = useRef<HTMLButtonElement>(null);
  const close = () => {
    isEditing.value = false;
    // The button is there again after the next render.
    requestAnimationFrame(() => edit.current?.focus());
  };
  const remove = async () => {
    await change(path, 'DELETE');
    poll.refresh();
  };
  return (
    <>
      {schedule ? <Planned schedule={schedule} /> : isEditing.value ? null : <NotPlanned />}
      {isEditing.value ? <DrillScheduleForm {...{ schedule, path, close }} refresh={poll.refresh} /> : null}
      {holds('write') && !isEditing.value ? (
        <div class="buttons">
          <button type="button" ref={edit} onClick={() => (isEditing.value = true)}>
            {schedule ? 'Change the schedule' : 'Schedule drills'}
          </button>
          {schedule ? (
            <ConfirmedAction
              label="Remove the schedule"
              title="Remove the drill schedule?"
              name={keyName}
              work={remove}
            >
              <p>
                No drill of the key starts by itself any more, and none counts as overdue. A drill that is under way
                goes on.
              </p>
            </ConfirmedAction>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

const NotPlanned = () => (
  <Empty title="No drill starts by itself">
    <p>
      What a drill showed becomes old. With a schedule, drills start by themselves in a weekly window, and the contacts
      of the key get a mail if one fails or cannot start.
    </p>
  </Empty>
);

function Planned({ schedule }: { readonly schedule: DrillSchedule }) {
  const { tone, word, sentence } = scheduleState(schedule, now.value);
  const refusal = refusalText(schedule);
  const { overdueSince, lastStartedAt, drillKey, owner, nextAt } = schedule;
  return (
    <>
      <p role="status">
        <Badge tone={tone}>{word}</Badge> {sentence}
      </p>
      <Facts
        rows={[
          ['Next drill', <Time key="next" iso={nextAt} ago />],
          overdueSince ? ['Overdue since', <Time key="overdue" iso={overdueSince} ago />] : null,
          refusal ? ['Could not start', <Foreign key="refusal" text={refusal} most={1000} />] : null,
          ['Window', schedule.windowText],
          drillKey ? ['Drill key', <Id key="drill-key" text={drillKey} />] : null,
          ['Owner', <Foreign key="owner" text={owner} />],
          ['Last start', lastStartedAt ? <Time key="last" iso={lastStartedAt} ago /> : 'none yet'],
        ]}
      />
    </>
  );
}
