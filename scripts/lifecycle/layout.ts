/**
 * The positions: the main path in a row, its ends below; edges back to a usable key above the row, edges to an unusable
 * key below.
 */
import type { LockoutState } from '#lib/model/lockout-state.ts';
import { box, type Point } from './drawing.ts';
import type { Edge } from './edges.ts';

export const row = { left: 96, top: 196 };
export const lane = 30;
const step = box.width + box.gap;

export type Colour = 'same' | 'usable' | 'unusable';

/** `same`: the edge is also taken when KMS gives no answer, so it only means that a step is complete. */
export const colourOf = ({ verdicts }: Edge): Colour => {
  if (verdicts.includes('unknown')) return 'same';
  return verdicts.includes('usable') ? 'usable' : 'unusable';
};

export type Layout = ReadonlyMap<LockoutState, Point>;

export const layoutOf = (path: readonly LockoutState[], others: readonly LockoutState[]): Layout =>
  new Map([
    ...path.map((state, index) => [state, { x: row.left + index * step, y: row.top }] as const),
    ...others.map(
      (state, index) => [state, { x: row.left + index * step, y: row.top + box.height + 3.2 * lane }] as const,
    ),
  ]);

const middle = ({ x }: Point): number => x + box.width / 2;
const centre = ({ y }: Point): number => y + box.height / 2;

export interface Route {
  readonly points: readonly Point[];
  /** The position of its label. */
  readonly at: Point;
}

/** A straight edge from a box to its neighbour. */
export function straight(from: Point, to: Point): Route {
  if (from.y !== to.y) {
    const x = middle(from);
    return {
      points: [
        { x, y: from.y + box.height },
        { x, y: to.y - 3 },
      ],
      at: { x: x + 10, y: (from.y + box.height + to.y) / 2 + 4 },
    };
  }
  const y = centre(from);
  return {
    points: [
      { x: from.x + box.width, y },
      { x: to.x - 4, y },
    ],
    at: { x: (from.x + box.width + to.x) / 2, y: y - 10 },
  };
}

/** An edge to a box further away, around the boxes between: in lane `level` above the row, or below it. */
export function around(from: Point, to: Point, { side, level }: { side: 'above' | 'below'; level: number }): Route {
  const up = side === 'above';
  const edgeOf = ({ y }: Point) => (up ? y : y + box.height);
  const y = up ? row.top - lane * level - 12 : row.top + box.height + lane * level + 12;
  /** The outer lane ends further on, so that no two edges cross. */
  const landing = middle(to) + (up ? 1 : -1) * (20 * level - 30);
  const points = [
    { x: middle(from), y: edgeOf(from) },
    { x: middle(from), y },
    { x: landing, y },
    { x: landing, y: edgeOf(to) + (up ? -4 : 4) },
  ];
  return { points, at: { x: (middle(from) + landing) / 2, y: up ? y - 8 : y + 19 } };
}
