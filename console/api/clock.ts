/** The server's present, by the `Date` headers of its responses, ticking for countdowns. */
import { signal } from '@preact/signals';
import { type ClockEstimate, refine, serverTime } from '../view-models/server-clock.ts';

let estimate: ClockEstimate | null = null;

export function noteDate(header: string | null, sent: number, received: number): void {
  const date = Date.parse(header ?? '');
  if (Number.isFinite(date)) estimate = refine(estimate, { date, sent, received });
}

/** Milliseconds since the epoch. Before the first response, this machine's clock. */
export const serverNow = (): number => (estimate ? serverTime(estimate, performance.now()) : Date.now());

/** The server's present, updated four times a second while the page is visible, so that no second is skipped. */
export const now = signal(serverNow());

setInterval(() => {
  if (document.visibilityState === 'visible') now.value = serverNow();
}, 250);

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
