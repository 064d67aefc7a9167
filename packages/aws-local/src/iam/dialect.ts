/** The differences between the policies of AWS services. */
export interface Dialect {
  /** The service's own error for a policy that it refuses. */
  readonly malformed: (message: string) => Error;
  /** Takes a condition key in lower case. Unknown keys are rejected, since an ignored condition would grant access. */
  readonly knowsKey: (key: string) => boolean;
  readonly hasVariables: boolean;
  /** Of a user or role, not of a resource. */
  readonly isIdentityPolicy: boolean;
}
