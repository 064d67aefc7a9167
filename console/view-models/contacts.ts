/** A contact of a key as a line: whether it is told, and what it takes that it is. */
import type { Contact } from '../api/types.ts';
import type { Tone } from './tone.ts';

export interface ContactLine {
  readonly tone: Tone;
  /** One word. */
  readonly state: 'confirmed' | 'pending' | 'bounced';
  readonly detail: string;
  /** Since when it is in this state (ISO 8601). */
  readonly since: string;
}

export function contactLine({ isConfirmed, confirmedAt, bouncedAt, createdAt }: Contact): ContactLine {
  if (bouncedAt) {
    const detail = 'A mail bounced. It gets no notice until it is asked again, and confirms.';
    return { tone: 'red', state: 'bounced', detail, since: bouncedAt };
  }
  if (!isConfirmed) {
    const detail = 'Got one mail with a code, and gets nothing else until it confirms.';
    return { tone: 'amber', state: 'pending', detail, since: createdAt };
  }
  const detail = confirmedAt
    ? 'Gets every notice of the key.'
    : "Gets every notice of the key: its address is in the team's mail domains.";
  return { tone: 'green', state: 'confirmed', detail, since: confirmedAt ?? createdAt };
}
