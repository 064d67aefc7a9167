/**
 * A client's rules for endpoints, without the branches for unused features: S3's access points, a table by its ARN,
 * FIPS. The rules are a decision diagram: a node tests a condition and continues at one of two nodes, or at a result. A
 * request that needs a removed branch is refused by name; every other branch has the same result as before.
 */

/** The format of the SDK's clients (`@smithy/core/endpoints`, BinaryDecisionDiagram). */
export interface Rules {
  /** Three numbers per node: its condition, and the next node if it holds and if it does not. Node 1 is the first. */
  readonly nodes: Int32Array;
  readonly root: number;
  readonly conditions: readonly Condition[];
  readonly results: readonly Result[];
}
type Condition = readonly [fn: string, argv: readonly unknown[], assign?: string];
type Result = readonly unknown[];

/** References from this number on are to results. */
const firstResult = 100_000_000;
const noMatch = 1;

/** Conditions, as JSON, that hold for removed features. */
const leftOut = [
  /^\["booleanEquals",.*"ref":"(Accelerate|Use(FIPS|DualStack|(Global|ObjectLambda|S3ExpressControl)Endpoint))"/,
  /^\["isSet",\[\{"ref":"EndpointId"/,
  /^\["aws\.parseArn"/,
  /"(--x-s3|--xa-s3|--op-s3|arn:)"\]/,
];
const refusal: Result = [-1, 'This kind of endpoint is left out of the bundles: scripts/deploy/endpoint-rules.ts'];

export function withoutUnusedWays({ nodes, root, conditions, results }: Rules): Rules {
  const kept = { nodes: [-1, 1, -1], conditions: listOf<Condition>(), results: listOf<Result>() };
  const places = new Map<number, number>();
  const placed = (from: number): number => {
    if (Math.abs(from) === noMatch) return from;
    if (from >= firstResult) return firstResult + kept.results.place(results[from - firstResult] ?? refusal);
    const place = places.get(from) ?? nodePlaced(from);
    places.set(from, place);
    return place;
  };
  const nodePlaced = (from: number): number => {
    const [index = -1, whenTrue = noMatch, whenFalse = noMatch] = nodes.subarray(3 * (from - 1), 3 * from);
    const condition = conditions[index];
    if (from < 0 || !condition) throw new Error('These rules are built otherwise than known here.');
    const high = isLeftOut(condition) ? firstResult + kept.results.place(refusal) : placed(whenTrue);
    const low = placed(whenFalse);
    // A later node may use the result of a condition.
    if (high === low && condition[2] === undefined) return low;
    return kept.nodes.push(kept.conditions.place(condition), high, low) / 3;
  };
  const start = placed(root);
  return {
    nodes: Int32Array.from(kept.nodes),
    root: start,
    conditions: kept.conditions.items,
    results: kept.results.items,
  };
}

const isLeftOut = (condition: Condition): boolean => leftOut.some((each) => each.test(JSON.stringify(condition)));

/** Equal items share one place. */
function listOf<T>() {
  const items: T[] = [];
  const places = new Map<string, number>();
  const place = (item: T): number => {
    const text = JSON.stringify(item);
    const found = places.get(text) ?? items.push(item) - 1;
    places.set(text, found);
    return found;
  };
  return { items, place };
}

/** The module that replaces a client's `endpoint/bdd.js`. */
export function asModule({ nodes, root, conditions, results }: Rules): string {
  const parts = [`new Int32Array([${nodes}])`, root, JSON.stringify(conditions), JSON.stringify(results)];
  return `import { BinaryDecisionDiagram } from '@smithy/core/endpoints';
    export const bdd = BinaryDecisionDiagram.from(${parts.join(', ')});`;
}

interface Partition {
  readonly regionRegex: string;
  readonly regions: object;
}

/** The Regions of AWS's partitions that a partition's pattern does not match; their descriptions are unused. */
export const untoldRegions = (source: string): string =>
  source.replace(/(?<=^export const partitionsInfo = )\{.*?^\}/ms, (json) => {
    const { partitions, ...rest } = JSON.parse(json) as { partitions: Partition[] };
    const untold = ({ regionRegex, regions }: Partition) =>
      Object.fromEntries(
        Object.keys(regions).flatMap((region) => (new RegExp(regionRegex).test(region) ? [] : [[region, {}]])),
      );
    return JSON.stringify({ ...rest, partitions: partitions.map((each) => ({ ...each, regions: untold(each) })) });
  });
