/** An action that a request needs permission for. */
import type { NamedValues } from '../iam/request-values.ts';
import type { Call, Caller } from '../protocol.ts';

export interface NeededAction {
  /** As in `dynamodb:GetItem`. */
  readonly action: string;
  /** Permission for one of them suffices. */
  readonly resources: readonly string[];
  /** `aws:RequestedRegion`, if it differs from the request's. */
  readonly region?: string;
  /** Condition keys besides the global ones, by their names in policies. */
  readonly conditions?: NamedValues;
}

export type Request = Pick<Call, 'operation' | 'input' | 'region'> & { readonly caller: Pick<Caller, 'accountId'> };

export type Needs = (request: Request) => readonly NeededAction[];
type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
export const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const need = (action: string, ...resources: string[]): NeededAction => ({ action, resources });
