/**
 * Routes an event to the targets of the rules that it matches. A bus as a target accepts the event if its policy admits
 * the account; the event continues to that bus's other targets, but to no third bus (user guide, "Sending and receiving
 * events between accounts").
 */
import type { BusEvent } from './bus-event.ts';
import { acceptsEvents, accountOf, type Bus, isBusArn } from './buses.ts';
import type { Delivery } from './delivery-journal.ts';
import type { Registry } from './rule-operations.ts';
import { type Rule, ruleArn, type Target } from './rules.ts';

export interface Routes {
  readonly deliveries: readonly Delivery[];
  /** Targets that do not accept the event, with the reason. */
  readonly refusals: readonly (Delivery & { readonly error: string })[];
}

const noRoutes: Routes = { deliveries: [], refusals: [] };

export function routesOf(registry: Registry, bus: Bus, event: BusEvent): Routes {
  return targetsOn(registry, bus, event)
    .map((delivery) => (isBusArn(delivery.targetArn) ? forwarded(registry, bus, delivery) : direct(bus, delivery)))
    .reduce(joined, noRoutes);
}

const joined = (a: Routes, b: Routes): Routes => ({
  deliveries: [...a.deliveries, ...b.deliveries],
  refusals: [...a.refusals, ...b.refusals],
});

function targetsOn({ rules }: Registry, { arn }: Bus, event: BusEvent): Delivery[] {
  const matching = rules.on(arn).filter((rule) => receives(rule, event) && rules.matches(rule, event));
  return matching.flatMap((rule) =>
    rule.targets.map((target) => ({
      targetArn: target.Arn,
      event,
      ruleArn: ruleArn(rule),
      deadLetterArn: deadLetterArn(target),
    })),
  );
}

const deadLetterArn = ({ DeadLetterConfig }: Target): string | null =>
  (DeadLetterConfig as { readonly Arn?: string } | undefined)?.Arn ?? null;

/** CloudTrail's read-only calls reach only rules in the state for all management events. */
function receives({ state }: Rule, event: BusEvent): boolean {
  if (state !== 'ENABLED') return state !== 'DISABLED';
  return event['detail-type'] !== 'AWS API Call via CloudTrail' || event.detail.readOnly !== true;
}

function direct(bus: Bus, delivery: Delivery): Routes {
  if (accountOf(delivery.targetArn) === accountOf(bus.arn)) return { deliveries: [delivery], refusals: [] };
  return {
    deliveries: [],
    refusals: [{ ...delivery, error: `The target does not accept account ${accountOf(bus.arn)}` }],
  };
}

function forwarded(registry: Registry, from: Bus, delivery: Delivery): Routes {
  const { event } = delivery;
  const bus = registry.buses.byArn(delivery.targetArn);
  const request = { accountId: accountOf(from.arn), sources: [event.source], detailTypes: [event['detail-type']] };
  if (!bus || !acceptsEvents(bus, request)) {
    const error = `The bus does not exist or does not accept ${event.source} of account ${request.accountId}`;
    return { deliveries: [], refusals: [{ ...delivery, error }] };
  }
  return targetsOn(registry, bus, event)
    .filter(({ targetArn }) => !isBusArn(targetArn))
    .map((each) => direct(bus, each))
    .reduce(joined, noRoutes);
}
