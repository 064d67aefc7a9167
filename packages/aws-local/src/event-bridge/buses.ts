/**
 * Buses: the declared ones, and each account's `default`.
 * Does not: create or delete buses, or change a bus's policy.
 */
import { AwsError, type Call } from '../protocol.ts';
import { type BusPolicy, noPolicy, type PutRequest, parseBusPolicy, policyAllows, policyDenies } from './bus-policy.ts';

export interface DeclaredBus {
  readonly arn: string;
  readonly name: string;
  /** The document of its resource policy; without one, it accepts events of its own account only. */
  readonly policy?: unknown;
}

export interface Bus {
  readonly arn: string;
  readonly name: string;
  readonly policy: BusPolicy;
}

export interface Buses {
  /** Undefined if there is none. */
  byArn(arn: string): Bus | undefined;
  /** By name or ARN; the account's `default` without one. Throws `ResourceNotFoundException`. */
  named(nameOrArn: unknown, accountId: string): Bus;
  of(accountId: string): readonly Bus[];
}

export const accountOf = (arn: string) => arn.split(':')[4] ?? '';
export const isBusArn = (arn: string) => /^arn:aws[\w-]*:events:[^:]+:\d{12}:event-bus\//.test(arn);

/**
 * Whether a bus accepts the events that an account puts or forwards. In the bus's own account, the caller's policies
 * allow it (`authorization/`), unless the bus's policy denies it.
 */
export const acceptsEvents = ({ arn, policy }: Bus, request: PutRequest) =>
  accountOf(arn) === request.accountId ? !policyDenies(policy, request) : policyAllows(policy, request);

const parseBus = ({ arn, name, policy }: DeclaredBus): Bus => ({
  arn,
  name,
  policy: policy ? parseBusPolicy(policy, arn) : noPolicy,
});

export function createBuses(given: readonly DeclaredBus[], region: string): Buses {
  const busArn = (accountId: string, name: string) => `arn:aws:events:${region}:${accountId}:event-bus/${name}`;
  const declared = given.map(parseBus);
  const known = new Map(declared.map((bus) => [bus.arn, bus]));
  const byArn = (arn: string): Bus | undefined => {
    const account = accountOf(arn);
    return (
      known.get(arn) ??
      (arn === busArn(account, 'default') && /^\d{12}$/.test(account)
        ? { arn, name: 'default', policy: noPolicy }
        : undefined)
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

const policyOf = ({ policy: { document } }: Bus): { Policy?: string } =>
  document ? { Policy: JSON.stringify(document) } : {};
