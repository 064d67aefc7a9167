/** The drill schedule of a key: drills that start by themselves. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { call, change } from '../api/call.ts';
import { now } from '../api/clock.ts';
import { Failure } from '../api/http.ts';
import { type Poll, usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import { session } from '../api/session.ts';
import type { DrillSchedule } from '../api/types.ts';
import { ConfirmedAction, useChange } from '../components/actions.tsx';
import { Empty, Loaded, ProblemNote } from '../components/feedback.tsx';
import { Facts, Section } from '../components/layout.tsx';
import { Badge, Foreign, Id, Time } from '../components/text.tsx';
import {
  bodyOf,
  days,
  draftOf,
  refusalText,
  type ScheduleDraft,
  scheduleState,
  windowLine,
} from '../view-models/drill-schedule.ts';

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
      {isEditing.value ? <Form {...{ schedule, path, close }} refresh={poll.refresh} /> : null}
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

interface FormProps {
  readonly schedule: DrillSchedule | null;
  readonly path: string;
  readonly close: () => void;
  readonly refresh: () => void;
}

function Form({ schedule, path, close, refresh }: FormProps) {
  const state = session.value;
  const draft = useSignal(draftOf(schedule, state.kind === 'signed-in' ? state.session.person : ''));
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const { busy, problem, submit } = useChange(async () => {
    await change(path, 'PUT', bodyOf(draft.value));
    refresh();
    close();
  });
  const { mode } = draft.value;
  return (
    <form class="stack" onSubmit={submit} aria-label="Drill schedule">
      <Choice draft={draft} of="mode" label="Mode" options={modes} focus={first} />
      {mode === 'real' ? (
        <>
          <label for="schedule-drill-key">Drill key</label>
          <input
            id="schedule-drill-key"
            class="wide"
            required
            placeholder="arn:aws:kms:…:key/…"
            aria-describedby="schedule-drill-key-hint"
            autocomplete="off"
            spellcheck={false}
            value={draft.value.drillKey}
            onInput={(e) => (draft.value = { ...draft.value, drillKey: e.currentTarget.value })}
          />
          <p class="hint" id="schedule-drill-key-hint">
            Another key, without databases. It is checked with KMS when you save. Each drill asks the contacts by mail
            to disable it and to enable it again.
          </p>
        </>
      ) : null}
      <Choice draft={draft} of="every" label="Every" options={periods} />
      <Choice draft={draft} of="day" label="Day" options={weekdays} />
      <label for="schedule-time">From, in UTC</label>
      <input
        id="schedule-time"
        type="time"
        required
        aria-describedby="schedule-window"
        value={draft.value.time}
        onInput={(e) => (draft.value = { ...draft.value, time: e.currentTarget.value })}
      />
      <p class="hint" id="schedule-window" aria-live="polite">
        A window of four hours{windowLine(draft.value) ? `: ${windowLine(draft.value)}` : ''}.
      </p>
      <label for="schedule-owner">Owner</label>
      <input
        id="schedule-owner"
        type="email"
        required
        maxLength={254}
        aria-describedby="schedule-owner-hint"
        placeholder="security@example.com"
        value={draft.value.owner}
        onInput={(e) => (draft.value = { ...draft.value, owner: e.currentTarget.value })}
      />
      <p class="hint" id="schedule-owner-hint">
        Looks after the drills. Only contacts of the key get mails about them.
      </p>
      <div class="buttons">
        <button type="submit" class="primary" aria-busy={busy.value}>
          {busy.value ? 'Saving …' : 'Save the schedule'}
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
      {problem.value ? <ProblemNote problem={problem.value} /> : null}
    </form>
  );
}

type Options = readonly (readonly [value: string, label: string])[];

const modes: Options = [
  ['simulated', 'simulated: under this key'],
  ['real', 'real: under a drill key'],
];
const periods: Options = [
  ['month', 'month'],
  ['quarter', 'quarter'],
];
const weekdays: Options = days.map((day) => [day, day.replace(/^./, (first) => first.toUpperCase())]);

interface ChoiceProps {
  readonly draft: Signal<ScheduleDraft>;
  readonly of: 'mode' | 'every' | 'day';
  readonly label: string;
  readonly options: Options;
  readonly focus?: { current: HTMLSelectElement | null };
}

const Choice = ({ draft, of, label, options, focus }: ChoiceProps) => (
  <>
    <label for={`schedule-${of}`}>{label}</label>
    <select
      id={`schedule-${of}`}
      ref={focus ?? null}
      value={draft.value[of]}
      onChange={(e) => (draft.value = { ...draft.value, [of]: e.currentTarget.value })}
    >
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  </>
);
