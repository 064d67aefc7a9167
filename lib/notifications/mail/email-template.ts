/** The content of a mail, which is rendered as text and as HTML. */
import type { AffectedDatabase } from '#lib/model/notice.ts';

/** Each tone has one colour. */
export type Tone = 'warning' | 'calm' | 'stopped' | 'good' | 'alarm';

/**
 * `step` lines of a section are numbered. A `command` is a shell command, and is not wrapped, so that it can be
 * copied.
 */
export interface Line {
  readonly kind: 'text' | 'step' | 'command';
  readonly text: string;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface EmailTemplate {
  readonly tone: Tone;
  /** One or two words. */
  readonly pill: string;
  /** Follows the key's short id in the subject. */
  readonly subject: string;
  readonly headline: string;
  readonly lead: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly sections: readonly Section[];
  readonly databases: readonly AffectedDatabase[];
}

export const text = (words: string): Line => ({ kind: 'text', text: words });
export const step = (words: string): Line => ({ kind: 'step', text: words });
export const command = (words: string): Line => ({ kind: 'command', text: words });

export const pluralize = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
