/** ARNs of state machines, executions and Map runs. Source: Step Functions API reference. */
import { AwsError } from '../protocol.ts';

export type ArnKind = 'stateMachine' | 'execution' | 'mapRun';

/** Throws `InvalidArn` for anything but an ARN of that kind. */
export function checkArn(arn: string, kind: ArnKind): string {
  const [prefix, , service, region, account, resource, ...rest] = arn.split(':');
  const wrong = (why: string) => new AwsError('InvalidArn', `Invalid Arn: '${why}'`);
  if (prefix !== 'arn' || service !== 'states' || !region || !/^\d{12}$/.test(account ?? ''))
    throw wrong(`Invalid ARN prefix: ${arn}`);
  if (resource !== kind) throw wrong(`Resource type not valid in this context: ${resource ?? ''}`);
  if (!rest[0] || rest.length !== (kind === 'stateMachine' ? 1 : 2)) throw wrong(`Invalid ARN: ${arn}`);
  return arn;
}

export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** `machine` is the ARN of a state machine; for a child execution, with the Map's label after a slash. */
export const executionArn = (machine: string, name: string): string =>
  `${machine.replace(':stateMachine:', ':execution:')}:${name}`;

export const mapRunArn = (machine: string, label: string, id: string): string =>
  `${machine.replace(':stateMachine:', ':mapRun:')}/${label}:${id}`;

export const labelledArn = (machine: string, label: string): string => `${machine}/${label}`;

/** The default role of an account's machines. */
export const roleOf = (machine: string): string => `arn:aws:iam::${accountOf(machine)}:role/state-machines`;
