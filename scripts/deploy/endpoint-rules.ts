/**
 * A client's rules for endpoints, without the ways that lead to what nothing here uses: S3's access points, a table by its ARN, FIPS. The rules
 * are a decision diagram: a node asks a condition and goes on to one of two nodes, or to a result. Whoever takes a way that is left out is
 * refused by name; every other way ends where it did.
 */

/** As the SDK's clients have it (`@smithy/core/endpoints`, BinaryDecisionDiagram). */
export interface Rules {
  /** Three numbers to a node: its condition, and where it goes on when that holds and when it doesn't. Node 1 is the first. */
  readonly nodes: Int32Array;
  readonly root: number;
  readonly conditions: readonly Condition[];
  readonly results: readonly Result[];
}
type Condition = readonly [fn: string, argv: readonly unknown[], assign?: string];
type Result = readonly unknown[];

/** References from here on are to results. */
const firstResult = 100_000_000;
const noMatch = 1;

/** Conditions, as JSON, that hold for what is left out. */
const leftOut = [
  /^\["booleanEquals",.*"ref":"(UseFIPS|UseDualStack|Accelerate|UseGlobalEndpoint|UseObjectLambdaEndpoint|UseS3ExpressControlEndpoint)"/,
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
    // What a condition finds on its way may be used further on.
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

/** Equal items have one place. */
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

/** The module in a client's place of `endpoint/bdd.js`. */
export function asModule({ nodes, root, conditions, results }: Rules): string {
  const parts = [`new Int32Array([${nodes}])`, root, JSON.stringify(conditions), JSON.stringify(results)];
  return `import { BinaryDecisionDiagram } from '@smithy/core/endpoints';
    export const bdd = BinaryDecisionDiagram.from(${parts.join(', ')});`;
}

interface Partition {
  readonly regionRegex: string;
  readonly regions: object;
}

/** Of the regions of AWS's partitions those that a partition's pattern does not tell; nothing reads what they are called. */
export const untoldRegions = (source: string): string =>
  source.replace(/(?<=^export const partitionsInfo = )\{.*?^\}/ms, (json) => {
    const { partitions, ...rest } = JSON.parse(json) as { partitions: Partition[] };
    const untold = ({ regionRegex, regions }: Partition) =>
      Object.fromEntries(
        Object.keys(regions).flatMap((region) => (new RegExp(regionRegex).test(region) ? [] : [[region, {}]])),
      );
    return JSON.stringify({ ...rest, partitions: partitions.map((each) => ({ ...each, regions: untold(each) })) });
  });
