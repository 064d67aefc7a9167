/**
 * The response that an HTTP API derives from a function's output in payload format 2.0; without a `statusCode`, status,
 * type and body are inferred.
 */
import { isRecord } from '../is-record.ts';
import type { HttpResponse } from '../listener.ts';

/** A response of API Gateway itself, such as `{"message":"Not Found"}`. */
export const messageResponse = (status: number, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

export function responseOf(output: unknown): HttpResponse {
  if (!isRecord(output) || output.statusCode === undefined) {
    const body = typeof output === 'string' ? output : JSON.stringify(output);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  return explicit(output) ?? messageResponse(500, 'Internal Server Error');
}

/** `null` for an output that API Gateway cannot parse. */
function explicit({
  statusCode,
  headers = {},
  cookies = [],
  body = '',
  isBase64Encoded = false,
}: Record<string, unknown>): HttpResponse | null {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return null;
  if (typeof body !== 'string' || !isRecord(headers) || !Array.isArray(cookies)) return null;
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const { 'content-length': _length, connection: _connection, 'transfer-encoding': _encoding, ...own } = lower;
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...own,
      ...(cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: isBase64Encoded === true ? Buffer.from(body, 'base64') : body,
  };
}
