/** What a screen says of its data: loading, empty, failed, stale. */
import type { ComponentChildren } from 'preact';
import { zone } from '../api/clock.ts';
import { type Poll, staleSince } from '../api/poll.ts';
import { isTransient, type Problem } from '../view-models/problem.ts';
import { clockOf } from '../view-models/time.ts';
import { Foreign } from './text.tsx';

export const ProblemNote = ({ problem }: { problem: Problem }) => (
  <div class="note red" role="alert">
    <strong>{problem.title}</strong>
    {problem.detail ? (
      <p>
        <Foreign text={problem.detail} most={1000} />
      </p>
    ) : null}
    {problem.instance ? <p class="faint">Request {problem.instance}</p> : null}
  </div>
);

/** At the top of the page while anything on it could not be read again. */
export function StaleBanner() {
  const times = [...staleSince.value.values()];
  if (times.length === 0) return null;
  const oldest = Math.min(...times);
  return (
    <div class="stale" role="status">
      {oldest > 0 ? `As of ${clockOf(oldest, zone)}, reconnecting …` : 'Cannot reach the API, connecting …'}
    </div>
  );
}

const Loading = () => (
  <p class="faint loading" role="status">
    Loading …
  </p>
);

/** Teaches the next step. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="strong">{title}</p>
    {children}
  </div>
);

interface LoadedProps<T> {
  readonly poll: Poll<T>;
  readonly children: (data: T) => ComponentChildren;
}

/** What was read, however old; the banner says so. A problem that stays replaces it: it is not there any more. */
export function Loaded<T>({ poll, children }: LoadedProps<T>) {
  const { data, problem } = poll.state.value;
  if (data !== null && (problem === null || isTransient(problem))) return <>{children(data)}</>;
  if (problem?.status === 404) {
    return (
      <Empty title="There is no such resource in your team">
        <p>
          <Foreign text={problem.detail} />
        </p>
        <p>
          <a href="/console">All keys</a>
        </p>
      </Empty>
    );
  }
  return problem && problem.status !== 0 ? <ProblemNote problem={problem} /> : <Loading />;
}
