/**
 * The codes of failures. Operations throw a `Problem`, the edge gives it a status, and state machines branch on its
 * name.
 */

/** Each code's status, fixed title, and when it's used; `docs/problems.md` is made from this table. */
export const problems = {
  invalid_request: [
    400,
    'The request does not match its contract',
    'A body, query or path does not match its contract; `errors` says where.',
    'no',
  ],
  unauthenticated: [
    401,
    'No valid token',
    'No, an unknown, an expired or a revoked token; one text for all four.',
    'no',
  ],
  forbidden: [403, 'The token may not do this', 'The token is good, but lacks the scope.', 'no'],
  quota_exceeded: [403, 'A limit of the team is reached', 'The plan or the team allows no more of these.', 'no'],
  not_found: [404, 'No such resource', "Absent, or another team's: the same response.", 'no'],
  method_not_allowed: [
    405,
    'The path has other methods',
    'The path exists, but not with this method; `Allow` says with which.',
    'no',
  ],
  wrong_state: [
    409,
    "The resource's state forbids it",
    'The lifecycle forbids it now; `state` says where it is.',
    'after re-read',
  ],
  name_taken: [409, 'The name is in use', 'Another resource of the team has the name.', 'no'],
  key_taken: [409, 'Another team registered the key', 'The first team to register an ARN owns it.', 'no'],
  key_in_use: [
    409,
    'Databases use the key',
    'A key is forgotten only when no database uses it.',
    'after they are gone',
  ],
  key_unusable: [
    409,
    'The key is unusable',
    "The data's key is off, so its data is out of reach; `cause` says why.",
    'after the key is back',
  ],
  key_degraded: [
    409,
    'The key refuses an action that this needs',
    'Decrypt works, so what serves goes on; `fixes` has the statements to add, `remedy` the commands.',
    'after the fix',
  ],
  confirmation_required: [
    409,
    'Confirmation is required',
    'The request destroys something in use; repeat it with `confirm`.',
    'with confirm',
  ],
  timeline_broken: [
    409,
    'The timeline is inconsistent',
    'An entry is missing or was changed, at the place `seq`, or a row contradicts it, so no evidence is ' +
      'signed; notify the operator.',
    'no',
  ],
  idempotency_in_progress: [
    409,
    'The first request is still running',
    'The same Idempotency-Key is being worked on.',
    'yes',
  ],
  version_mismatch: [
    412,
    'The resource was changed concurrently',
    'The resource changed between reading and writing.',
    'after re-read',
  ],
  payload_too_large: [413, 'The body is too large', 'A body is at most 256 KiB.', 'no'],
  unsupported_media_type: [415, 'The body is not JSON', 'Bodies are sent as application/json.', 'no'],
  idempotency_mismatch: [
    422,
    'The Idempotency-Key was used for another request',
    'The same key came with another body.',
    'no',
  ],
  key_rejected: [
    422,
    'The key cannot be used',
    'The check found a fault; `check` and `fixes` say what to change.',
    'after the fix',
  ],
  plan_unsupported: [
    422,
    'The plan does not allow it',
    'A customer key needs a private or shield plan, in a space of that tier.',
    'no',
  ],
  operator_required: [
    422,
    'The operator must do this',
    'No request moves data from a customer key to the platform; contact the operator.',
    'no',
  ],
  rate_limited: [429, 'Too many requests', '`Retry-After` says when to repeat the request.', 'yes'],
  internal: [500, 'An internal error occurred', '`instance` is the request id to quote to the operator.', 'maybe'],
  unavailable: [
    503,
    'A dependency does not respond',
    'AWS throttles or times out; `Retry-After` says when to repeat the request.',
    'yes',
  ],
} as const satisfies Record<string, readonly [status: number, title: string, when: string, retry: string]>;

export type Code = keyof typeof problems;

/**
 * A failure that is reported to the caller: `detail` says what is wrong and what to do; `extra` becomes part of the
 * response.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: Code;
  readonly extra: Record<string, unknown>;

  constructor(code: Code, detail: string, extra: Record<string, unknown> = {}) {
    super(detail);
    this.code = code;
    this.extra = extra;
  }
}

/** A temporary failure: state machines retry on this name, the edge responds with 503. */
export class Transient extends Error {
  override readonly name = 'Transient';
}

export const notFound = (what: string, id: string) =>
  new Problem('not_found', `There is no ${what} ${id} in your team.`);

/** `pointer` is the JSON pointer of the invalid value, and `fault` its description; `detail` unless set. */
export const invalidValue = (pointer: string, detail: string, fault = detail) =>
  new Problem('invalid_request', detail, { errors: [{ pointer, detail: fault }] });

/** `state` is the state that forbids the request. */
export const wrongState = (state: string, detail: string, extra: Record<string, unknown> = {}) =>
  new Problem('wrong_state', detail, { state, ...extra });

/** A URI that names the code; it never changes, so clients branch on it. */
export const problemType = (code: Code): string => `https://latchkey.example/problems/${code}`;
