/** Whether pulling the switch would work today, and what keeps it from that. Pure: computed from the key's row. */
import type { Key } from '../key.ts';
import { type ReadinessSince, type ReadinessVerdict, readinessCodes } from './codes.ts';
import { dataItems } from './data.ts';
import type { Finding } from './item.ts';
import { keyItems } from './key.ts';
import { pathItems } from './path.ts';
import { rightItems } from './rights.ts';

export interface ReadinessItem extends Finding {
  /** Since when it has this status (ISO 8601); null for an item that passes, and before a full check stored it. */
  readonly since: string | null;
}

export interface Readiness {
  readonly verdict: ReadinessVerdict;
  /** In the order of `readinessCodes`. */
  readonly items: readonly ReadinessItem[];
  /** The full check that collected the facts (ISO 8601); null before the first one. */
  readonly checkedAt: string | null;
}

export function readinessOf(key: Key, at: Date): Readiness {
  const findings = findingsOf(key, at);
  const items = readinessCodes.flatMap((code) => findings.filter((finding) => finding.code === code));
  return {
    verdict: verdictOf(items),
    items: items.map((item) => ({ ...item, since: sinceOf(key, item) })),
    checkedAt: key.facts?.at ?? null,
  };
}

const findingsOf = (key: Key, at: Date): readonly Finding[] =>
  [rightItems, pathItems, keyItems, dataItems].flatMap((itemsOf) => itemsOf(key, at));

const sinceOf = ({ readinessSince = {} }: Key, { code, status }: Finding): string | null => {
  const known = readinessSince[code];
  return known?.status === status ? known.at : null;
};

const isOpen = ({ status, mustBeKnown = false }: Finding): boolean =>
  status === 'warn' || status === 'fail' || (status === 'unknown' && mustBeKnown);

function verdictOf(items: readonly Finding[]): ReadinessVerdict {
  if (items.some(({ status }) => status === 'fail')) return 'not_ready';
  return items.some(isOpen) ? 'at_risk' : 'ready';
}

/** The verdict, and how many items keep the key from being ready. */
export function readinessSummary(key: Key, at: Date): { readonly verdict: ReadinessVerdict; readonly count: number } {
  const findings = findingsOf(key, at);
  return { verdict: verdictOf(findings), count: findings.filter(isOpen).length };
}

/** To be stored with the key: an item whose status is unchanged keeps its time. */
export function readinessSinceOf(key: Key, at: Date): ReadinessSince {
  const open = readinessOf(key, at).items.filter(({ status }) => status !== 'pass');
  return Object.fromEntries(open.map(({ code, status, since }) => [code, { status, at: since ?? at.toISOString() }]));
}
