/**
 * AWS's published limits, per account and Region, as an account has them that never asked for more; and what a
 * deployment asks for that keeps more than a thousand databases in one Region. Read in the services' guides in November
 * 2026.
 */
import type { Bucket } from './token-bucket.ts';

export interface RateLimit extends Bucket {
  readonly title: string;
  readonly source: string;
  /** The raised quotas of the larger deployment; AWS grants threefold increases. */
  readonly raised?: Bucket;
}

const ec2 = 'EC2 developer guide, "Request throttling for the Amazon EC2 API"';
const kms = 'KMS developer guide, "Request quotas"';
const states = 'Step Functions developer guide, "Service quotas", US East (N. Virginia)';
const ssm = 'Systems Manager publishes no rate: taken to be as low as EC2 is for CreateTags';
const dynamodb =
  'DynamoDB developer guide, "Best practices for designing partition keys": 1,000 writes and 3,000 reads of a ' +
  'partition';
const bursts = 'Lambda developer guide, "Quotas": requests per second are ten times the concurrency';

export const rateLimits = {
  describeInstances: { title: 'EC2 DescribeInstances', capacity: 100, perSecond: 20, source: ec2 },
  createTags: { title: 'EC2 CreateTags', capacity: 100, perSecond: 10, source: ec2 },
  stopRequests: { title: 'EC2 StopInstances, requests', capacity: 50, perSecond: 5, source: ec2 },
  stoppedInstances: { title: 'EC2 StopInstances, instances', capacity: 1000, perSecond: 20, source: ec2 },
  startRequests: { title: 'EC2 StartInstances, requests', capacity: 5, perSecond: 2, source: ec2 },
  startedInstances: {
    ...{ title: 'EC2 StartInstances, instances', capacity: 1000, perSecond: 2, source: ec2 },
    raised: { capacity: 1000, perSecond: 100 },
  },
  sendCommand: { title: 'SSM SendCommand', capacity: 100, perSecond: 10, source: ssm },
  readCommand: { title: 'SSM ListCommandInvocations', capacity: 100, perSecond: 20, source: ssm },
  kmsCryptography: {
    title: 'KMS cryptographic operations',
    capacity: 10_000,
    perSecond: 10_000,
    source: `${kms}, the least of all Regions`,
  },
  kmsCreateGrant: {
    ...{ title: 'KMS CreateGrant, by EC2 for its volumes', capacity: 50, perSecond: 50, source: kms },
    raised: { capacity: 250, perSecond: 250 },
  },
  startExecution: { title: 'Step Functions StartExecution', capacity: 1300, perSecond: 300, source: states },
  transitions: { title: 'Step Functions state transitions', capacity: 5000, perSecond: 1500, source: states },
  invocations: { title: 'Lambda invocations', capacity: 10_000, perSecond: 10_000, source: bursts },
  partitionWrites: { title: 'DynamoDB write units of a partition', capacity: 1000, perSecond: 1000, source: dynamodb },
  partitionReads: { title: 'DynamoDB read units of a partition', capacity: 3000, perSecond: 3000, source: dynamodb },
} as const satisfies Record<string, RateLimit>;

export type RateName = keyof typeof rateLimits;

export interface MostLimit {
  readonly title: string;
  readonly most: number;
  readonly source: string;
}

/** Limits of the size of a single item. */
export const mostLimits = {
  historyEvents: { title: 'Step Functions events of an execution', most: 25_000, source: states },
  payloadBytes: { title: 'Step Functions bytes of a payload', most: 262_144, source: states },
  commandTargets: {
    title: 'SSM instances of a command',
    most: 50,
    source: 'Systems Manager API reference, SendCommand',
  },
  concurrency: { title: 'Lambda executions at once', most: 1000, source: 'Lambda developer guide, "Quotas"' },
  transactionItems: {
    title: 'DynamoDB items of a transaction',
    most: 100,
    source: 'DynamoDB API reference, TransactWriteItems',
  },
  transactionBytes: {
    title: 'DynamoDB bytes of a transaction',
    most: 4_194_304,
    source: 'DynamoDB API reference, TransactWriteItems',
  },
  grantsOfKey: { title: 'KMS grants of a key', most: 50_000, source: 'KMS developer guide, "Resource quotas"' },
} as const satisfies Record<string, MostLimit>;

export type MostName = keyof typeof mostLimits;
