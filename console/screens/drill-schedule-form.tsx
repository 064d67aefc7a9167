/** The form that sets the drill schedule of a key. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { change } from '../api/call.ts';
import { session } from '../api/session.ts';
import type { DrillSchedule } from '../api/types.ts';
import { useChange } from '../components/actions.tsx';
import { ProblemNote } from '../components/feedback.tsx';
import { bodyOf, days, draftOf, type ScheduleDraft, windowLine } from '../view-models/drill-schedule.ts';

interface FormProps {
  readonly schedule: DrillSchedule | null;
  readonly path: string;
  readonly close: () => void;
  readonly refresh: () => void;
}

export function DrillScheduleForm({ schedule, path, close, refresh }: FormProps) {
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
