/**
 * Routes an event to the targets of the rules that it matches. A bus as a target accepts the event if its policy admits
 * the account; the event continues to that bus's other targets, but to no third bus (user guide, "Sending and receiving
 * events between accounts").
 */

import type { BusEvent } from './bus-event.ts';
import { accountOf, admits, type Bus, isBusArn } from './buses.ts';
import type { Registry } from './rule-operations.ts';
import type { Rule } from './rules.ts';

export interface Routes {
  readonly deliveries: readonly { readonly targetArn: string; readonly event: BusEvent }[];
  /** Targets that the event may not reach, and why. */
  readonly refusals: readonly { readonly targetArn: string; readonly event: BusEvent; readonly error: string }[];
}

const nowhere: Routes = { deliveries: [], refusals: [] };

export function routesOf(registry: Registry, bus: Bus, event: BusEvent): Routes {
  return targetsOn(registry, bus, event)
    .map((targetArn) =>
      isBusArn(targetArn) ? forwarded(registry, { from: bus, targetArn }, event) : direct(bus, targetArn, event),
    )
    .reduce(joined, nowhere);
}

const joined = (a: Routes, b: Routes): Routes => ({
  deliveries: [...a.deliveries, ...b.deliveries],
  refusals: [...a.refusals, ...b.refusals],
});

function targetsOn({ rules }: Registry, { arn }: Bus, event: BusEvent): string[] {
  const matching = rules.on(arn).filter((rule) => wakes(rule, event) && rules.matches(rule, event));
  return matching.flatMap(({ targets }) => targets.map(({ Arn }) => Arn));
}

/** CloudTrail's read-only calls reach only the rules that ask for all management events. */
function wakes({ state }: Rule, event: BusEvent): boolean {
  if (state !== 'ENABLED') return state !== 'DISABLED';
  return event['detail-type'] !== 'AWS API Call via CloudTrail' || event.detail.readOnly !== true;
}

function direct(bus: Bus, targetArn: string, event: BusEvent): Routes {
  if (accountOf(targetArn) === accountOf(bus.arn)) return { deliveries: [{ targetArn, event }], refusals: [] };
  return {
    deliveries: [],
    refusals: [{ targetArn, event, error: `The target does not admit account ${accountOf(bus.arn)}` }],
  };
}

function forwarded(registry: Registry, { from, targetArn }: { from: Bus; targetArn: string }, event: BusEvent): Routes {
  const bus = registry.buses.byArn(targetArn);
  const request = { accountId: accountOf(from.arn), sources: [event.source], detailTypes: [event['detail-type']] };
  if (!bus || !admits(bus, request)) {
    const error = `The bus is not there or does not admit ${event.source} of account ${request.accountId}`;
    return { deliveries: [], refusals: [{ targetArn, event, error }] };
  }
  return targetsOn(registry, bus, event)
    .filter((arn) => !isBusArn(arn))
    .map((arn) => direct(bus, arn, event))
    .reduce(joined, nowhere);
}
