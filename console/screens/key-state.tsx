/**
 * The first thing on the page of a key: the state in one sentence, the countdown, who caused it, and what undoes it.
 */
import type { ComponentChildren } from 'preact';
import type { Entry, Lockout, LockoutDetail, RemedyStep } from '../api/types.ts';
import { CountdownClock, Phases } from '../components/charts.tsx';
import { Ago, Command, Id, Time } from '../components/text.tsx';
import { type Culprit, culpritOf, keyStatus } from '../view-models/key-status.ts';
import { count } from '../view-models/names.ts';
import { phaseBars } from '../view-models/progress.ts';
import { lockoutTone } from '../view-models/tone.ts';
import type { KeyDetail } from './key.tsx';

interface StatePanelProps {
  readonly detail: Pick<KeyDetail, 'key' | 'lockout' | 'entries'>;
  readonly isStale: boolean;
  /** What the caller may do now. */
  readonly children: ComponentChildren;
}

export function StatePanel({ detail: { key, lockout, entries }, isStale, children }: StatePanelProps) {
  const status = keyStatus({ key, lockout });
  return (
    <div class={`state ${status.tone}`}>
      <div class="state-head">
        <div>
          <p class="headline" role="status" aria-live="polite">
            {status.headline} {status.at ? <Time iso={status.at} /> : null}
          </p>
          <p>{status.detail}</p>
          {lockout ? <Blame lockout={lockout} entries={entries} /> : null}
        </div>
        {status.countdown ? <CountdownClock {...status.countdown} isStale={isStale} /> : null}
      </div>
      {lockout ? <LockoutProgress lockout={lockout} /> : null}
      {status.remedy.length > 0 ? <Remedy steps={status.remedy} /> : null}
      <div class="buttons">{children}</div>
    </div>
  );
}

function Blame({ lockout, entries }: { readonly lockout: Lockout; readonly entries: readonly Entry[] }) {
  const culprit = culpritOf(lockout, entries);
  return culprit ? <CulpritLine {...culprit} /> : null;
}

const CulpritLine = ({ verb, principal, at, seen }: Culprit) => (
  <p class="culprit">
    {verb}
    {principal ? (
      <>
        {' '}
        by <Id text={principal} />,
      </>
    ) : null}{' '}
    <Ago iso={at} />; {seen}.
  </p>
);

function LockoutProgress({ lockout }: { readonly lockout: LockoutDetail }) {
  const bars = phaseBars(lockout);
  const { stoppedBy, restoredBy } = lockout.expected;
  const held = lockout.progress?.held ?? 0;
  if (bars.length === 0 || lockout.state === 'waiting') return null;
  return (
    <div class="progress">
      <Phases bars={bars} tone={lockoutTone(lockout.state)} />
      {held > 0 ? (
        <p class="note red">
          {count(held, 'database')} could not be stopped or started. It is tried again every minute; an operator should
          look.
        </p>
      ) : null}
      {stoppedBy ? (
        <p class="faint">
          Expected to be stopped by <Time iso={stoppedBy} />, by past lockouts.
        </p>
      ) : null}
      {restoredBy ? (
        <p class="faint">
          Expected to serve by <Time iso={restoredBy} />, by past lockouts.
        </p>
      ) : null}
    </div>
  );
}

/** The commands make the key usable again when they are pasted in order. */
const Remedy = ({ steps }: { readonly steps: readonly RemedyStep[] }) => (
  <div class="remedy">
    <h2>To undo it, in the account of the key</h2>
    <ol class={steps.length === 1 ? 'one' : ''}>
      {steps.map(({ text, commands }) => (
        <li key={commands.join('\n')}>
          {text ? <p>{text}</p> : null}
          <Command text={commands.join('\n')} what={text ?? 'the command that undoes it'} />
        </li>
      ))}
    </ol>
  </div>
);
