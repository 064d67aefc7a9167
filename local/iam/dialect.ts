/** What differs between the policies of one service and of another. */
export interface Dialect {
  /** The service's own error for a policy that it refuses. */
  readonly malformed: (message: string) => Error;
  /** Takes a condition key in lower case. What is not known is refused by name, since an ignored condition is an open door. */
  readonly knowsKey: (key: string) => boolean;
  readonly hasVariables: boolean;
}
