/** The timeline with filters, and the verification of the whole chain in this browser. */
import { useSignal } from '@preact/signals';
import { call } from '../api/call.ts';
import type { Entry, Page } from '../api/types.ts';
import { Action } from '../components/actions.tsx';
import { Section } from '../components/layout.tsx';
import { Dot, Foreign, Time } from '../components/text.tsx';
import { mergedEntries, type TimelineLine, type Topic, timelineLine, topics } from '../view-models/timeline.ts';
import { ChainVerification } from './chain-verification.tsx';

/** Lines at first, and lines more at a time. */
const few = 12;
const part = 100;
/** Entries that a screen reads with every poll. */
export const newest = 50;

interface TimelineProps {
  /** Of the API, without a query. */
  readonly path: string;
  readonly query?: string;
  /** The newest entries, as the screen last read them. */
  readonly latest: readonly Entry[];
}

export function TimelineSection({ path, query = '', latest }: TimelineProps) {
  const older = useSignal<readonly Entry[]>([]);
  const cursor = useSignal<string | null | undefined>(undefined);
  const topic = useSignal<Topic | 'all'>('all');
  const shown = useSignal(few);
  const lines = linesOf(mergedEntries(older.value, latest), topic.value);
  const isOver = cursor.value === null || (cursor.value === undefined && latest.length < newest);
  const more = async () => {
    shown.value += part;
    const next = cursor.value ? `&cursor=${encodeURIComponent(cursor.value)}` : '';
    const page = await call<Page<Entry>>(`${path}?limit=100${query ? `&${query}` : ''}${next}`);
    older.value = mergedEntries(older.value, page.items);
    cursor.value = page.cursor;
  };
  return (
    <Section title="Timeline" aside={<ChainVerification />}>
      <fieldset class="chips">
        <legend class="visually-hidden">Show</legend>
        {(['all', ...topics] as const).map((each) => (
          <button
            key={each}
            type="button"
            class="chip"
            aria-pressed={topic.value === each}
            onClick={() => (topic.value = each)}
          >
            {each}
          </button>
        ))}
      </fieldset>
      <ol class="timeline">
        {lines.slice(0, shown.value).map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </ol>
      {lines.length === 0 ? <p class="faint">No entry of this kind among those read.</p> : null}
      <More isHidden={lines.length > shown.value} isOver={isOver} show={() => (shown.value += part)} read={more} />
    </Section>
  );
}

interface MoreProps {
  /** Entries were read that are not shown. */
  readonly isHidden: boolean;
  /** The API has no older entries. */
  readonly isOver: boolean;
  readonly show: () => void;
  readonly read: () => Promise<void>;
}

function More({ isHidden, isOver, show, read }: MoreProps) {
  if (isHidden) {
    return (
      <button type="button" onClick={show}>
        Show more
      </button>
    );
  }
  return isOver ? null : <Action label="Older entries" busyLabel="Reading …" work={read} />;
}

const linesOf = (entries: readonly Entry[], topic: Topic | 'all'): TimelineLine[] =>
  entries.map(timelineLine).filter((line) => topic === 'all' || line.topic === topic);

const Line = ({ line: { seq, at, title, detail, actor, tone } }: { readonly line: TimelineLine }) => (
  <li>
    <Dot tone={tone} />
    <span class="when">
      <Time iso={at} seconds />
    </span>
    <span class="what">
      <strong>{title}</strong> {detail ? <Foreign text={detail} /> : null}
      <small>
        <Foreign text={actor} /> · #{seq}
      </small>
    </span>
  </li>
);
