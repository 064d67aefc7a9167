/**
 * Buses: the platform's, as its deployment declares them, and each account's `default`.
 * Does not: create or delete buses, or change who may put on one.
 */
import { region } from '#local/accounts.ts';
import { AwsError, type Call } from '#local/protocol.ts';

export interface Bus {
  readonly arn: string;
  readonly name: string;
  /** Accounts beside the bus's own whose events it takes. */
  readonly allowedAccounts: 'all' | readonly string[];
}

export interface Buses {
  /** The bus of a full ARN; undefined when there is none. */
  byArn(arn: string): Bus | undefined;
  /** The bus that an account means by a name or an ARN, or by none. Throws `ResourceNotFoundException`. */
  named(nameOrArn: unknown, accountId: string): Bus;
  of(accountId: string): readonly Bus[];
}

export const accountOf = (arn: string) => arn.split(':')[4] ?? '';
export const busArn = (accountId: string, name: string) => `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
export const isBusArn = (arn: string) => /^arn:aws:events:[^:]+:\d{12}:event-bus\//.test(arn);

/** Whether a bus takes events that `accountId` puts or forwards. */
export const admits = ({ arn, allowedAccounts }: Bus, accountId: string) =>
  accountOf(arn) === accountId || allowedAccounts === 'all' || allowedAccounts.includes(accountId);

export function createBuses(declared: readonly Bus[]): Buses {
  const known = new Map(declared.map((bus) => [bus.arn, bus]));
  const byArn = (arn: string): Bus | undefined => {
    const account = accountOf(arn);
    return (
      known.get(arn) ??
      (arn === busArn(account, 'default') && /^\d{12}$/.test(account) ? { arn, name: 'default', allowedAccounts: [] } : undefined)
    );
  };
  return {
    byArn,
    named(nameOrArn, accountId) {
      const name = typeof nameOrArn === 'string' && nameOrArn !== '' ? nameOrArn : 'default';
      const bus = byArn(name.startsWith('arn:') ? name : busArn(accountId, name));
      if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
      return bus;
    },
    of(accountId) {
      const own = declared.filter(({ arn }) => accountOf(arn) === accountId);
      const fallback = byArn(busArn(accountId, 'default'));
      return own.some(({ name }) => name === 'default') || !fallback ? own : [fallback, ...own];
    },
  };
}

export function describeEventBus(buses: Buses, { input, caller }: Call): unknown {
  const bus = buses.named(input.Name, caller.accountId);
  if (accountOf(bus.arn) !== caller.accountId) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: events:DescribeEventBus on resource: ${bus.arn}`,
    );
  }
  return { Name: bus.name, Arn: bus.arn, ...policyOf(bus) };
}

export function listEventBuses(buses: Buses, { input, caller }: Call): unknown {
  const prefix = String(input.NamePrefix ?? '');
  const mine = buses.of(caller.accountId).filter(({ name }) => name.startsWith(prefix));
  return { EventBuses: mine.map((bus) => ({ Name: bus.name, Arn: bus.arn, ...policyOf(bus) })) };
}

function policyOf({ arn, allowedAccounts }: Bus): { Policy?: string } {
  if (allowedAccounts !== 'all' && allowedAccounts.length === 0) return {};
  const AWS = allowedAccounts === 'all' ? '*' : allowedAccounts.map((account) => `arn:aws:iam::${account}:root`);
  const statement = { Sid: 'allowed', Effect: 'Allow', Principal: { AWS }, Action: 'events:PutEvents', Resource: arn };
  return { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
}
