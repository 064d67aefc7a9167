/**
 * The interface of a service's emulator: it takes a call and returns the output or throws an `AwsError`. `endpoint/`
 * translates to the wire protocols.
 */

/** A request as policies see it. */
export interface ActionRequest {
  /** As in `kms:Decrypt`. */
  readonly action: string;
  /** An ARN, or `*` for an action without resources. */
  readonly resource: string;
  /** By condition key, in lower case. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export type PolicyDecision = 'allowed' | 'denied' | 'silent';

/** The policies of a user or role. */
export interface IdentityPolicies {
  decide(request: ActionRequest): PolicyDecision;
}

/** The principal of the request's access key, or an AWS service that acts for itself. */
export interface Caller {
  /** Empty for a service. */
  readonly accountId: string;
  /** Of a role's session: the role's ARN. Of a service: its name, as `events.amazonaws.com`. */
  readonly arn: string;
  /** Of a role's session; AWS's errors name it. */
  readonly sessionName?: string;
  /** Set when an AWS service calls on a principal's behalf, as EC2 does for a volume: the value of `kms:ViaService`. */
  readonly viaService?: string;
  /** Of a service, the resource for which it acts: the values of `aws:SourceArn` and `aws:SourceAccount`. */
  readonly source?: { readonly arn: string; readonly accountId: string };
  /** Absent for an administrator, who has all permissions of the account. */
  readonly policies?: IdentityPolicies;
}

/** The caller as AWS's errors name it: a role's session, if it is one. */
export const userOf = ({ arn, sessionName }: Caller): string =>
  sessionName === undefined
    ? arn
    : `${arn.replace(':iam:', ':sts:').replace(/:role\/(?:.*\/)?/, ':assumed-role/')}/${sessionName}`;

export interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
}

export interface ServiceEmulator {
  call(call: Call): Promise<unknown>;
  close(): Promise<void>;
}

/** An error of AWS: `code` is its `__type`, and `fields` are further members of its shape. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly fields: Record<string, unknown>;

  constructor(
    code: string,
    message: string,
    { status = 400, fields = {} }: { status?: number; fields?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** AWS's error for an operation that a service does not have. */
export const unknownOperation = (operation: string) =>
  new AwsError('UnknownOperationException', `The operation ${operation} is not supported by this emulator.`);
