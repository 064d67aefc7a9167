/**
 * Pictures: the bar of a countdown, the bars of phases, and the chart of past lockouts. All are SVG, and all say their
 * numbers as text.
 */

import { now } from '../api/clock.ts';
import type { Countdown } from '../view-models/key-status.ts';
import type { LockoutChart } from '../view-models/lockout-times.ts';
import { type PhaseBar, share } from '../view-models/progress.ts';
import { countdown as clock, duration } from '../view-models/time.ts';
import type { Tone } from '../view-models/tone.ts';

interface BarProps {
  readonly label: string;
  readonly share: number;
  readonly tone: Tone;
}

const Bar = ({ label, share: part, tone }: BarProps) => (
  <svg class={`bar ${tone}`} role="img" aria-label={label} viewBox="0 0 100 1" preserveAspectRatio="none">
    <rect class="track" width="100" height="1" />
    <rect class="fill" width={100 * part} height="1" />
  </svg>
);

/** By the server's clock. At zero the next check acts, so it says so. */
export function CountdownClock({ from, until, isStale }: Countdown & { readonly isStale: boolean }) {
  const left = Date.parse(until) - now.value;
  const whole = Date.parse(until) - Date.parse(from);
  return (
    <div class={`countdown ${isStale ? 'stale-number' : ''}`}>
      <span class="digits" role="timer" aria-label="Time until databases stop" data-left={Math.round(left / 1000)}>
        {left > 0 ? clock(left) : 'due'}
      </span>
      <Bar label={`${clock(left)} of ${clock(whole)} left`} share={share(whole - left, whole)} tone="amber" />
    </div>
  );
}

export const Phases = ({ bars, tone }: { readonly bars: readonly PhaseBar[]; readonly tone: Tone }) => (
  <ol class="phases">
    {bars.map(({ label, done, of, state }) => (
      <li key={label} class={state}>
        <span>{label}</span>
        <Bar label={`${label}: ${done} of ${of}`} share={share(done, of)} tone={state === 'next' ? 'grey' : tone} />
        <span class="number">
          {done} of {of}
        </span>
      </li>
    ))}
  </ol>
);

const height = 64;
const slot = 30;
const bar = 11;

/** Time to stop (red) and time to restore (blue), one pair for each lockout, the oldest first. */
export function LockoutBars({ most, bars }: LockoutChart) {
  const tall = (value: number | null) => (value === null ? 0 : Math.max(2, (value / most) * height));
  const of = (value: number | null) => (value === null ? 'not over' : duration(value));
  return (
    <figure class="lockout-bars">
      <svg
        role="img"
        aria-label={`Time to stop and to restore, of ${bars.length} lockouts; the longest took ${duration(most)}`}
        viewBox={`0 0 ${bars.length * slot} ${height}`}
        height={height}
        width={bars.length * slot}
      >
        {bars.map(({ id, stop, restore }, index) => (
          <g key={id}>
            <title>{`Stopped in ${of(stop)}, restored in ${of(restore)}`}</title>
            <rect class="red" x={index * slot} y={height - tall(stop)} width={bar} height={tall(stop)} />
            <rect
              class="blue"
              x={index * slot + bar + 1}
              y={height - tall(restore)}
              width={bar}
              height={tall(restore)}
            />
          </g>
        ))}
      </svg>
      <figcaption>
        <span class="legend red">time to stop</span>
        <span class="legend blue">time to restore</span>
        <span class="faint">longest {duration(most)}</span>
      </figcaption>
    </figure>
  );
}
