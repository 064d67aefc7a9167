/**
 * EventBridge: buses, rules with event patterns, and delivery to targets and to other accounts' buses, at least once.
 * Does not: support schedules, archives, replays, pipes, partner sources, API destinations, input transformers or tags.
 * A bus's policy applies to events, not to rules.
 */
import { join } from 'node:path';
import { defaultRegion } from '../accounts.ts';
import { AwsError, type Call, type ServiceEmulator, unknownOperation } from '../protocol.ts';
import type { BusEvent } from './bus-event.ts';
import { type Bus, createBuses, type DeclaredBus, describeEventBus, listEventBuses } from './buses.ts';
import { type DeliveriesOptions, openDeliveries } from './deliveries.ts';
import { parsePattern } from './pattern.ts';
import { putEvents } from './put-events.ts';
import { routesOf } from './routing.ts';
import { deleteRule, describeRule, listRules, putRule, type Registry, setState } from './rule-operations.ts';
import { type DeclaredRule, openRules } from './rules.ts';
import { listTargetsByRule, putTargets, removeTargets } from './target-operations.ts';
import { failureOf } from './undelivered.ts';

export type { BusEvent } from './bus-event.ts';

export interface EventBridgeOptions {
  readonly dir: string;
  /** Of the `default` buses' ARNs. */
  readonly region?: string;
  readonly now?: () => Date;
  /** Each account also has a `default`. */
  readonly buses: readonly DeclaredBus[];
  /** They cannot be changed by calls. */
  readonly rules: readonly DeclaredRule[];
  /** Delivers an event to a target in the rule's account. A rejected delivery is retried unless retries cannot help. */
  readonly deliver: DeliveriesOptions['deliver'];
  /** Receives undeliverable events. Without it, or if it rejects, they are written to `dead-letters.jsonl`. */
  readonly undelivered?: DeliveriesOptions['undelivered'];
  /** Milliseconds before each further attempt of a failed delivery. */
  readonly retryDelaysMs?: readonly number[];
}

export interface EventBridge extends ServiceEmulator {
  /**
   * Puts an AWS service's event on its account's `default` bus. Resolves once it is journalled. An event of another
   * Region is discarded, since its bus is in that Region.
   */
  put(event: BusEvent): Promise<void>;
}

const operations = new Map<string, (registry: Registry, call: Call) => unknown>([
  ['PutRule', putRule],
  ['DescribeRule', describeRule],
  ['ListRules', listRules],
  ['EnableRule', setState('ENABLED')],
  ['DisableRule', setState('DISABLED')],
  ['DeleteRule', deleteRule],
  ['PutTargets', putTargets],
  ['RemoveTargets', removeTargets],
  ['ListTargetsByRule', listTargetsByRule],
  ['DescribeEventBus', ({ buses }, call) => describeEventBus(buses, call)],
  ['ListEventBuses', ({ buses }, call) => listEventBuses(buses, call)],
  ['TestEventPattern', (_registry, call) => testEventPattern(call)],
]);

export async function createEventBridge(options: EventBridgeOptions): Promise<EventBridge> {
  const { region = defaultRegion } = options;
  const { dir, now = () => new Date(), deliver, retryDelaysMs: delaysMs = [200, 1000, 3000, 10_000, 30_000] } = options;
  const { undelivered = () => Promise.reject(new Error('no dead-letter queue')) } = options;
  const deliveries = openDeliveries({ dir, now, deliver, undelivered, delaysMs });
  const registry: Registry = {
    buses: createBuses(options.buses, region),
    rules: openRules(join(dir, 'rules.json'), options.rules),
  };

  const put = (bus: Bus, event: BusEvent) => {
    const routes = routesOf(registry, bus, event);
    deliveries.add(routes.deliveries);
    for (const { error, ...refused } of routes.refusals)
      deliveries.giveUp(refused, failureOf(new AwsError('AccessDeniedException', error), 1));
  };

  return {
    async call(call) {
      if (call.operation === 'PutEvents') return putEvents(registry.buses, call, { put, now });
      const run = operations.get(call.operation);
      if (!run) throw unknownOperation(call.operation);
      return run(registry, call);
    },
    async put(event) {
      if (event.region !== region) return;
      put(registry.buses.named('default', event.account), event);
    },
    close: deliveries.close,
  };
}

function testEventPattern({ input: { EventPattern, Event } }: Call): unknown {
  let event: unknown;
  try {
    event = JSON.parse(String(Event));
  } catch {
    throw new AwsError('ValidationException', 'Parameter Event is not valid.');
  }
  return { Result: parsePattern(String(EventPattern))(event) };
}
