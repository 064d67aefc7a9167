/** A failed request as it is shown: the title, the detail and the fix that the API gave (RFC 9457). */

export interface Problem {
  readonly status: number;
  /** The end of `type`, as `wrong_state`; `unreachable` if no response came. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** The request id to quote. */
  readonly instance: string | null;
  readonly extra: Readonly<Record<string, unknown>>;
}

export const unreachable: Problem = {
  status: 0,
  code: 'unreachable',
  title: 'The API cannot be reached',
  detail: 'The request is tried again.',
  instance: null,
  extra: {},
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of any body: API Gateway's own errors are `{"message": …}`. */
export function problemIn(status: number, body: unknown): Problem {
  const of = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { type, title, status: _, detail, instance, ...extra } = of;
  return {
    status,
    code: asText(type).split('/').at(-1) || `http_${status}`,
    title: asText(title) || asText(of.message) || `The API answered with status ${status}`,
    detail: asText(detail),
    instance: asText(instance) || null,
    extra,
  };
}

/** Whether the same request may succeed later: what was read before may still hold. */
export const isTransient = ({ status }: Problem): boolean => status === 0 || status === 429 || status >= 500;
