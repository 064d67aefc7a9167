/** The context of an operation, and the look-up of resources by ARN. */
import { AwsError, type Caller } from '../../protocol.ts';
import { type ArnKind, accountOf, checkArn } from '../arn.ts';
import type { Definition } from '../definition.ts';
import type { Engine } from '../engine-interface.ts';
import type { ExecutionRecord } from '../register.ts';
import { type Input, requiredText } from './input.ts';

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly definition: Definition;
  readonly role?: Caller;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

export interface Service {
  readonly engine: Engine;
  readonly machines: ReadonlyMap<string, Machine>;
}

export interface Request {
  readonly operation: string;
  readonly input: Input;
  readonly caller: Caller;
}

export type Operation = (service: Service, request: Request) => unknown;

/** A required ARN of the caller's account. Throws `InvalidArn`, and `AccessDeniedException` for another account's. */
export function requireArn(request: Request, member: string, kind: ArnKind): string {
  const arn = checkArn(requiredText(request.input, member), kind);
  if (accountOf(arn) === request.caller.accountId) return arn;
  const action = `states:${request.operation}`;
  const text = `User: ${request.caller.arn} is not authorized to perform: ${action} on resource: ${arn}`;
  throw new AwsError('AccessDeniedException', text);
}

export function requireMachine({ machines }: Service, arn: string): Machine {
  const machine = machines.get(arn);
  if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

export function requireExecution({ engine }: Service, request: Request): ExecutionRecord {
  const arn = requireArn(request, 'executionArn', 'execution');
  const record = engine.register.execution(arn);
  if (!record) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return record;
}

/** Dates on the wire are seconds since the epoch. */
export const seconds = (milliseconds: number): number => milliseconds / 1000;

export const stopped = (stopDate: number | null) => (stopDate === null ? {} : { stopDate: seconds(stopDate) });
