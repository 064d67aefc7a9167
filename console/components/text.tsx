/** Small pieces of text: times, ids, badges, commands to copy. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { now, zone } from '../api/clock.ts';
import { readable } from '../view-models/names.ts';
import { distance, shownTime } from '../view-models/time.ts';
import type { Tone } from '../view-models/tone.ts';

interface TimeProps {
  readonly iso: string;
  readonly ago?: boolean;
  readonly utc?: boolean;
  readonly seconds?: boolean;
}

/** A time in the reader's zone with UTC beside it; `ago` adds the distance from now. */
export function Time({ iso, ago = false, utc = true, seconds = false }: TimeProps) {
  const shown = shownTime(iso, { zone, now: now.value }, { seconds });
  return (
    <time dateTime={iso} title={shown.full}>
      {shown.local}
      {utc && shown.utc ? <span class="faint"> ({shown.utc})</span> : null}
      {ago ? <span class="faint"> · {distance(iso, now.value)}</span> : null}
    </time>
  );
}

export function Ago({ iso }: { iso: string }) {
  const { full } = shownTime(iso, { zone, now: now.value });
  return (
    <time dateTime={iso} title={full}>
      {distance(iso, now.value)}
    </time>
  );
}

/** Text that others wrote: its direction does not change what is around it. */
export const Foreign = ({ text, most }: { text: string; most?: number }) => (
  <bdi>{most === undefined ? readable(text) : readable(text, most)}</bdi>
);

/** An id or an ARN. */
export const Id = ({ text }: { text: string }) => (
  <code class="id">
    <bdi>{readable(text)}</bdi>
  </code>
);

export const Badge = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

export const Dot = ({ tone }: { tone: Tone }) => <span class={`dot ${tone}`} aria-hidden="true" />;

/** Copies without the text being on the page. */
export function CopyButton({ text, what, label = 'Copy' }: { text: string; what: string; label?: string }) {
  const state = useSignal<'idle' | 'copied' | 'failed'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      state.value = 'copied';
    } catch {
      state.value = 'failed';
    }
    setTimeout(() => {
      state.value = 'idle';
    }, 2000);
  };
  const shown = { idle: label, copied: 'Copied', failed: 'Select and copy' }[state.value];
  return (
    <button type="button" class="small" aria-label={`${shown}: ${what}`} onClick={() => void copy()}>
      {shown}
    </button>
  );
}

export const Command = ({ text, what }: { text: string; what: string }) => (
  <div class="command">
    {/* Wrapped rather than scrolled, so that all of it is seen and no keyboard focus is needed. */}
    <pre>
      <code>{text}</code>
    </pre>
    <CopyButton text={text} what={what} />
  </div>
);

interface PostCommandProps {
  readonly path: string;
  /** JSON, within single quotes of a POSIX shell. */
  readonly body: string;
  readonly what: string;
}

export const PostCommand = ({ path, body, what }: PostCommandProps) => {
  const headers = `-H "Authorization: Bearer $LATCHKEY_TOKEN" -H 'Content-Type: application/json'`;
  return <Command text={`curl ${headers} $LATCHKEY_URL${path} -d '${body}'`} what={what} />;
};
