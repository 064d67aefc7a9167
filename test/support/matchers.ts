/** Matchers that let a test read as a sentence. Importing this file registers and types them. */
import { expect } from '@jest/globals';
import type { EventType } from '#lib/model/events.ts';
import { type Code, Problem, problems } from '#lib/model/problem.ts';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> {
    /**
     * Matches a thrown `Problem` or a response of the API: its code, and for a response its status, title and media
     * type.
     */
    toBeProblem(code: Code): R;
    /** Matches an object with `entries` (a ledger, a list of entries) that includes an entry of this type. */
    toHaveRecorded(type: EventType): R;
  }
}

interface ApiResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: {
    readonly type?: string;
    readonly title?: string;
    readonly status?: number;
    readonly detail?: string;
  };
}

const isResponse = (value: unknown): value is ApiResponse =>
  typeof value === 'object' && value !== null && 'status' in value && 'body' in value && 'headers' in value;

function codeOf(value: unknown): string {
  if (value instanceof Problem) return value.code;
  if (!isResponse(value))
    return `no problem: ${value instanceof Error ? `${value.name}: ${value.message}` : JSON.stringify(value)}`;
  const { status, headers, body } = value;
  const code = body.type?.split('/').at(-1) ?? '';
  const [expectedStatus, title] = problems[code as Code] ?? [];
  const whole = status === expectedStatus && body.status === status && body.title === title;
  const typed = headers.get('content-type') === 'application/problem+json';
  return whole && typed ? code : `an answer ${status} ${headers.get('content-type')} ${JSON.stringify(body)}`;
}

const typesOf = (value: unknown): string[] => {
  const held =
    typeof value === 'object' && value !== null && 'entries' in value && !Array.isArray(value) ? value.entries : value;
  const entries: unknown = typeof held === 'function' ? held.call(value) : held;
  return Array.isArray(entries) ? entries.map((entry: { type: string }) => entry.type) : [];
};

expect.extend({
  toBeProblem(value: unknown, code: string) {
    const actual = codeOf(value);
    return {
      pass: actual === code,
      message: () => `expected the problem ${code}${this.isNot ? ' not' : ''}, got ${actual}`,
    };
  },
  toHaveRecorded(value: unknown, type: string) {
    const types = typesOf(value);
    return {
      pass: types.includes(type),
      message: () =>
        `expected ${type} ${this.isNot ? 'not ' : ''}to be recorded; there is ${types.join(', ') || 'nothing'}`,
    };
  },
});
