/**
 * What AWS charges for requests in US East (N. Virginia), in dollars, without free tiers. As on the services' pricing
 * pages in November 2026; update `asOf` with the numbers. Requests to EC2, Systems Manager's Run Command and schedules
 * cost nothing.
 */
export const asOf = '2026-11';

export interface Price {
  readonly service: string;
  readonly unit: string;
  /** The meter's counts that the price applies to. */
  readonly counts: RegExp;
  /** Dollars for this number of units. */
  readonly dollars: number;
  readonly per: number;
  readonly source: string;
}

const million = 1_000_000;

export const prices: readonly Price[] = [
  {
    service: 'KMS',
    unit: 'requests',
    counts: /^KMS /,
    dollars: 0.03,
    per: 10_000,
    source: 'aws.amazon.com/kms/pricing',
  },
  {
    ...{ service: 'DynamoDB', unit: 'read units', counts: /^DynamoDB read units$/, dollars: 0.125, per: million },
    source: 'aws.amazon.com/dynamodb/pricing/on-demand, since November 2024',
  },
  {
    ...{ service: 'DynamoDB', unit: 'write units', counts: /^DynamoDB write units$/, dollars: 0.625, per: million },
    source: 'aws.amazon.com/dynamodb/pricing/on-demand, since November 2024',
  },
  {
    service: 'Lambda',
    unit: 'requests',
    counts: /^Lambda Invoke$/,
    dollars: 0.2,
    per: million,
    source: 'aws.amazon.com/lambda/pricing',
  },
  {
    ...{ service: 'Lambda', unit: 'GB-seconds, arm64', counts: /^Lambda GB-seconds$/, dollars: 0.0000133334, per: 1 },
    source: 'aws.amazon.com/lambda/pricing',
  },
  {
    ...{
      service: 'Step Functions',
      unit: 'state transitions',
      counts: /^StepFunctions transitions$/,
      dollars: 0.025,
      per: 1000,
    },
    source: 'aws.amazon.com/step-functions/pricing, Standard',
  },
  {
    ...{ service: 'EventBridge', unit: 'custom events', counts: /^EventBridge events$/, dollars: 1, per: million },
    source: 'aws.amazon.com/eventbridge/pricing',
  },
  {
    ...{
      service: 'S3',
      unit: 'PUT and LIST requests',
      counts: /^S3 (Put|Create|UploadPart|Complete|List)/,
      dollars: 0.005,
      per: 1000,
    },
    source: 'aws.amazon.com/s3/pricing, Standard',
  },
  {
    ...{ service: 'S3', unit: 'GET requests', counts: /^S3 (Get|Head)/, dollars: 0.0004, per: 1000 },
    source: 'aws.amazon.com/s3/pricing, Standard',
  },
  {
    service: 'SES',
    unit: 'mails',
    counts: /^SES SendEmail$/,
    dollars: 0.1,
    per: 1000,
    source: 'aws.amazon.com/ses/pricing',
  },
];

/** Dollars by service for the counts of a meter. */
export function costOf(counted: ReadonlyMap<string, number>): Map<string, number> {
  const costs = new Map<string, number>();
  for (const { service, counts, dollars, per } of prices) {
    const times = [...counted].filter(([action]) => counts.test(action)).reduce((sum, [, number]) => sum + number, 0);
    costs.set(service, (costs.get(service) ?? 0) + (times / per) * dollars);
  }
  return costs;
}

export const totalOf = (costs: ReadonlyMap<string, number>): number =>
  [...costs.values()].reduce((sum, dollars) => sum + dollars, 0);

/** The sum of counts, each multiplied by its number of occurrences. */
export function added(
  parts: readonly { readonly counted: ReadonlyMap<string, number>; readonly times: number }[],
): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { counted, times } of parts)
    for (const [action, number] of counted) sum.set(action, (sum.get(action) ?? 0) + number * times);
  return sum;
}
