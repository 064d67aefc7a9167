/**
 * Routes an event to the targets of the rules that it matches. A bus as a target accepts the event if its policy admits
 * the account; the event continues to that bus's other targets, but to no third bus (user guide, "Sending and receiving
 * events between accounts").
 */

import type { BusEvent } from './bus-event.ts';
import { accountOf, admits, type Bus, isBusArn } from './buses.ts';
import type { Delivery } from './delivery-journal.ts';
import type { Registry } from './rule-operations.ts';
import { type Rule, ruleArn, type Target } from './rules.ts';

export interface Routes {
  readonly deliveries: readonly Delivery[];
  /** Targets that the event may not reach, and why. */
  readonly refusals: readonly (Delivery & { readonly error: string })[];
}

const nowhere: Routes = { deliveries: [], refusals: [] };

export function routesOf(registry: Registry, bus: Bus, event: BusEvent): Routes {
  return targetsOn(registry, bus, event)
    .map((delivery) => (isBusArn(delivery.targetArn) ? forwarded(registry, bus, delivery) : direct(bus, delivery)))
    .reduce(joined, nowhere);
}

const joined = (a: Routes, b: Routes): Routes => ({
  deliveries: [...a.deliveries, ...b.deliveries],
  refusals: [...a.refusals, ...b.refusals],
});

function targetsOn({ rules }: Registry, { arn }: Bus, event: BusEvent): Delivery[] {
  const matching = rules.on(arn).filter((rule) => wakes(rule, event) && rules.matches(rule, event));
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

/** CloudTrail's read-only calls reach only the rules that ask for all management events. */
function wakes({ state }: Rule, event: BusEvent): boolean {
  if (state !== 'ENABLED') return state !== 'DISABLED';
  return event['detail-type'] !== 'AWS API Call via CloudTrail' || event.detail.readOnly !== true;
}

function direct(bus: Bus, delivery: Delivery): Routes {
  if (accountOf(delivery.targetArn) === accountOf(bus.arn)) return { deliveries: [delivery], refusals: [] };
  return {
    deliveries: [],
    refusals: [{ ...delivery, error: `The target does not admit account ${accountOf(bus.arn)}` }],
  };
}

function forwarded(registry: Registry, from: Bus, delivery: Delivery): Routes {
  const { event } = delivery;
  const bus = registry.buses.byArn(delivery.targetArn);
  const request = { accountId: accountOf(from.arn), sources: [event.source], detailTypes: [event['detail-type']] };
  if (!bus || !admits(bus, request)) {
    const error = `The bus is not there or does not admit ${event.source} of account ${request.accountId}`;
    return { deliveries: [], refusals: [{ ...delivery, error }] };
  }
  return targetsOn(registry, bus, event)
    .filter(({ targetArn }) => !isBusArn(targetArn))
    .map((each) => direct(bus, each))
    .reduce(joined, nowhere);
}
