/** One finding about a key's readiness, and helpers to write it. Pure. */
import type { RemedyStep } from '../remedy.ts';
import { shellWord } from '../shell.ts';
import type { ItemStatus, ReadinessCode } from './codes.ts';

export interface Finding {
  readonly code: ReadinessCode;
  readonly status: ItemStatus;
  /** What was found, and why it matters. */
  readonly detail: string;
  /** What to do, with commands that work when pasted; empty if there is nothing to do. */
  readonly fix: readonly RemedyStep[];
  /** Whether `unknown` keeps the key from being ready. */
  readonly mustBeKnown?: boolean;
}

type Said = Pick<Finding, 'status' | 'detail'> & Partial<Pick<Finding, 'fix' | 'mustBeKnown'>>;

export const finding = (code: ReadinessCode, { fix = [], ...said }: Said): Finding => ({ code, fix, ...said });

/**
 * A request to the REST API, by the variables that the guides use: the address of the API and a token of the team
 * (`docs/customers.md`).
 */
export const apiCommand = (method: 'GET' | 'POST', path: string, body?: object): string =>
  `curl -fsS -X ${method} -H "Authorization: Bearer $LATCHKEY_TOKEN" ` +
  `${body ? bodyOption(body) : ''}"$LATCHKEY_URL${path}"`;

const bodyOption = (body: object): string =>
  `-H 'Content-Type: application/json' -d ${shellWord(JSON.stringify(body))} `;

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const dayMs = 86_400_000;
/** Whole days until a time (ISO 8601), rounded up; negative after it. */
export const daysUntil = (time: string, at: Date): number => Math.ceil((Date.parse(time) - at.getTime()) / dayMs);
