/** The reduced endpoint rules of bundled clients resolve the same endpoints as the complete ones. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { asModule, type Rules, untoldRegions, withoutUnusedWays } from '../../../scripts/deploy/endpoint-rules.ts';

const modules = join(import.meta.dirname, '..', '..', '..', 'node_modules');
const services = ['dynamodb', 'ec2', 'ecs', 'eventbridge', 'kms', 's3', 'ses', 'sfn', 'ssm'];

/** The SDK's own evaluation of the rules, as its clients load it. */
const load = createRequire(join(modules, '@aws-sdk/client-s3/package.json'));
const { customEndpointFunctions, decideEndpoint } = load('@smithy/core/endpoints');
customEndpointFunctions.aws = load('@aws-sdk/core/client').awsEndpointFunctions;

type Parameters = Readonly<Record<string, unknown>>;
const decided = (rules: Rules, endpointParams: Parameters): unknown => {
  try {
    const { url, properties, headers } = decideEndpoint(rules, { endpointParams });
    return { url: url.href, properties, headers };
  } catch (error) {
    return (error as Error).message;
  }
};

let rulesOf: Readonly<Record<string, Rules>>;
beforeAll(() => {
  const program = `const found = {};
    for (const service of process.argv.slice(2)) {
      const { bdd } = await import(process.argv[1] + '/@aws-sdk/client-' + service + '/dist-es/endpoint/bdd.js');
      found[service] = { ...bdd, nodes: [...bdd.nodes] };
    }
    process.stdout.write(JSON.stringify(found));`;
  const options = ['--no-warnings', '--input-type=module', '-e', program, pathToFileURL(modules).href, ...services];
  const found = JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' })) as Record<string, Rules>;
  rulesOf = Object.fromEntries(
    Object.entries(found).map(([service, rules]) => [service, { ...rules, nodes: Int32Array.from(rules.nodes) }]),
  );
});
const rules = (service: string): Rules => rulesOf[service] as Rules;

const regions = [
  'us-east-1',
  'eu-central-1',
  'ap-southeast-7',
  'cn-north-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'aws-global',
  undefined,
];
const endpoints = [undefined, 'http://cloud.example.com:4566', 'https://vpce.example.com/below'];
const usual = { UseFIPS: false, UseDualStack: false };
const buckets = [undefined, 'latchkey-backups', 'with.dots', 'UPPER', 'x'].flatMap((Bucket) => [
  { Bucket, ForcePathStyle: false },
  { Bucket, ForcePathStyle: true },
]);
const s3 = buckets.map((each) => ({
  ...each,
  Accelerate: false,
  UseGlobalEndpoint: false,
  DisableMultiRegionAccessPoints: false,
}));
const tables = [{}, { ResourceArn: 'latchkey-dev' }, { ResourceArnList: ['latchkey-dev'] }].flatMap((each) => [
  { ...each, AccountIdEndpointMode: 'preferred' },
  { ...each, AccountIdEndpointMode: 'preferred', AccountId: '210987654321' },
]);
const inputs: Readonly<Record<string, readonly Parameters[]>> = { s3, dynamodb: tables };

describe("a client's rules for endpoints", () => {
  it.each(services)('of %s end where they did, in each partition and at an address of its own', (service) => {
    const slim = withoutUnusedWays(rules(service));

    for (const input of inputs[service] ?? [{}])
      for (const Region of regions)
        for (const Endpoint of endpoints) {
          const parameters = { ...usual, ...input, Region, Endpoint };
          expect([parameters, decided(slim, parameters)]).toEqual([parameters, decided(rules(service), parameters)]);
        }
    expect(decided(slim, { ...usual, ...inputs[service]?.at(-1), Region: 'eu-central-1' })).toMatchObject({
      url: expect.stringMatching(/^https:\/\/.*eu-central-1\.amazonaws\.com\//),
    });
  });

  it.each([
    ['ec2', { UseFIPS: true }],
    ['kms', { UseDualStack: true }],
    ['s3', { Accelerate: true, Bucket: 'latchkey-backups' }],
    ['s3', { Bucket: 'arn:aws:s3:us-east-1:210987654321:accesspoint/backups' }],
    ['s3', { Bucket: 'latchkey--use1-az4--x-s3' }],
    [
      'dynamodb',
      { ResourceArn: 'arn:aws:dynamodb:us-east-1:210987654321:table/latchkey', AccountIdEndpointMode: 'preferred' },
    ],
    ['eventbridge', { EndpointId: 'abcde.veo' }],
  ])('of %s refuse by name what is left out: %j', (service, input) => {
    const parameters = { ...usual, Region: 'us-east-1', ...input };
    expect(decided(withoutUnusedWays(rules(service)), parameters)).toMatch(/left out/);
    expect(decided(rules(service), parameters)).toHaveProperty('url');
  });

  it('of S3 are a quarter of what they were', () => {
    expect(asModule(withoutUnusedWays(rules('s3'))).length).toBeLessThan(asModule(rules('s3')).length / 4);
  });
});

describe('the partitions', () => {
  interface Partition {
    readonly id: string;
    readonly regionRegex: string;
    readonly regions: Readonly<Record<string, object>>;
  }
  const listOf = (source: string): Partition[] =>
    JSON.parse(/(?<=partitionsInfo = )\{.*?\}(?=;$)/ms.exec(source)?.[0] ?? '').partitions;
  /** As the SDK looks it up. */
  const partitionOf = (partitions: readonly Partition[], region: string) =>
    (
      partitions.find(({ regions: known }) => region in known) ??
      partitions.find(({ regionRegex }) => new RegExp(regionRegex).test(region))
    )?.id;

  it('are found for each region as before, by their patterns', () => {
    const path = '@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
    const source = readFileSync(join(modules, path), 'utf8');
    const [before, after] = [listOf(source), listOf(untoldRegions(source))];
    const known = before.flatMap((partition) => Object.keys(partition.regions));

    expect(known.length).toBeGreaterThan(30);
    for (const region of known)
      expect([region, partitionOf(after, region)]).toEqual([region, partitionOf(before, region)]);
    expect(after.flatMap((partition) => Object.keys(partition.regions))).toContain('aws-global');
  });
});
