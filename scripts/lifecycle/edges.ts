/**
 * The edges of a lockout's lifecycle, found by evaluating the rules for every state and every verdict, so that the
 * picture has no other edges.
 */
import { type Verdict, verdicts } from '#lib/model/key.ts';
import { type LockoutState, lockoutStates } from '#lib/model/lockout-state.ts';
import { afterObservation, afterStep, machineFor } from '#lib/model/lockout-transitions.ts';

export interface Edge {
  /** Null: no lockout is open yet. */
  readonly from: LockoutState | null;
  readonly to: LockoutState;
  /** The verdicts on the key under which the edge is taken. */
  readonly verdicts: readonly Verdict[];
}

function nextStates(from: LockoutState | null, verdict: Verdict): LockoutState[] {
  const byObservation = afterObservation(from, verdict, 1);
  const byStep = from !== null && machineFor(from) !== null ? afterStep(from, verdict) : null;
  return [byObservation, byStep].filter((to) => to !== null && to !== from) as LockoutState[];
}

export function lifecycleEdges(): Edge[] {
  const edges = new Map<string, { from: LockoutState | null; to: LockoutState; verdicts: Verdict[] }>();
  for (const from of [null, ...lockoutStates]) {
    for (const verdict of verdicts) {
      for (const to of new Set(nextStates(from, verdict))) {
        const edge = edges.get(`${from}>${to}`) ?? { from, to, verdicts: [] };
        edge.verdicts.push(verdict);
        edges.set(`${from}>${to}`, edge);
      }
    }
  }
  return [...edges.values()];
}

/**
 * The states of a lockout that is not undone: the key stays unusable until all databases are stopped, and then usable
 * until all are restored.
 */
export function mainPath(): LockoutState[] {
  const path: LockoutState[] = [];
  for (let state: LockoutState | undefined = 'waiting'; state && !path.includes(state); ) {
    path.push(state);
    const verdict = path.includes('stopped') ? 'usable' : 'unusable';
    state = nextStates(state, verdict)[0];
  }
  return path;
}
