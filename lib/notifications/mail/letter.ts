/** What a mail says, before it is text or HTML: both renderings show the same letter, in the same order. */
import type { AffectedDatabase } from '#lib/model/notice.ts';

/** The letter's weight; each has one colour. */
export type Tone = 'warning' | 'calm' | 'stopped' | 'good' | 'alarm';

/** `step` lines of a section are numbered. A `command` is for a shell: it is never wrapped, so that it survives copying. */
export interface Line {
  readonly kind: 'text' | 'step' | 'command';
  readonly text: string;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface Letter {
  readonly tone: Tone;
  /** One or two words, in a pill. */
  readonly pill: string;
  /** Behind the key's short id in the subject. */
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

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
