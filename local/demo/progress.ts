/** A wait on the screen: a bar that grows in a terminal, a line at each quarter elsewhere. */
import { setInterval } from 'node:timers/promises';
import { margin } from './drawing.ts';
import { type Bar, fractionOf, progressBar, type Wait } from './progress-bar.ts';
import type { Screen } from './screen.ts';

const frameMs = 100;

/** Until `work` is done or the signal comes; the full bar stays. */
export async function showWait<T>(
  screen: Screen,
  wait: Wait,
  { work, signal }: { readonly work: Promise<T>; readonly signal: AbortSignal },
): Promise<T> {
  const over = new AbortController();
  const frames = drawFrames(screen, wait, AbortSignal.any([over.signal, signal])).catch(() => {});
  try {
    const result = await work;
    over.abort();
    await frames;
    if (!signal.aborted) screen.line(drawn(screen, barOf(screen, wait, 1)));
    return result;
  } finally {
    over.abort();
  }
}

async function drawFrames(screen: Screen, wait: Wait, signal: AbortSignal): Promise<void> {
  let quarter = 0;
  for await (const _ of setInterval(frameMs, undefined, { signal })) {
    const fraction = fractionOf(wait, Date.now());
    const bar = barOf(screen, wait, fraction);
    screen.draft(drawn(screen, bar));
    if (screen.isTerminal || fraction === 1 || Math.floor(fraction * 4) <= quarter) continue;
    quarter = Math.floor(fraction * 4);
    screen.line(drawn(screen, bar));
  }
}

const barOf = ({ width }: Screen, wait: Wait, fraction: number): Bar =>
  progressBar(wait, fraction, width - margin.length);

const drawn = ({ paint }: Screen, { label, done, left, clock }: Bar): string =>
  `${margin}${label}  ${paint.warning(done)}${paint.faint(left)}  ${clock}`;
