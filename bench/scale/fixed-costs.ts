/**
 * The fixed monthly costs of a deployment: the resources of `serverless.yml` at the prices of US East (N. Virginia),
 * without free tiers. The interface endpoints are not in the stack; docs/deploy.md requires them, or a NAT gateway.
 */
import { join } from 'node:path';
import { readTemplate, type Template } from '#local/stack/stack.ts';

const root = join(import.meta.dirname, '..', '..');

interface FixedCost {
  readonly service: string;
  readonly count: number;
  /** Dollars a month for each. */
  readonly dollars: number;
  readonly source: string;
}

/** Systems Manager's: `ssm`, `ssmmessages` and `ec2messages`, in two zones. */
const endpoints = 3 * 2;
const hoursOfMonth = 730;
const perCustomMetric = 0.3;
/** An HTTP API's detailed metrics of a route: Count, 4xx, 5xx, Latency, IntegrationLatency, DataProcessed. */
const metricsOfRoute = 6;

export const deployedTemplate = (): Template =>
  readTemplate(root, { stage: 'prod', accountId: '210987654321', region: 'us-east-1' });

export function fixedCostsIn(template: Template): FixedCost[] {
  const count = (type: string) => [...template.resources.values()].filter((resource) => resource.type === type).length;
  const cloudWatch = 'aws.amazon.com/cloudwatch/pricing';
  // A configuration set with reputation metrics publishes two: bounces and complaints.
  const custom = count('AWS::Logs::MetricFilter') + 2 * count('AWS::SES::ConfigurationSet');
  const detailed = hasDetailedMetrics(template) ? metricsOfRoute * routesIn(template) : 0;
  return [
    {
      service: 'Endpoints',
      count: endpoints,
      dollars: 0.01 * hoursOfMonth,
      source: 'aws.amazon.com/privatelink/pricing',
    },
    { service: 'Dashboard', count: count('AWS::CloudWatch::Dashboard'), dollars: 3, source: cloudWatch },
    { service: "Keys' rent", count: count('AWS::KMS::Key'), dollars: 1, source: 'aws.amazon.com/kms/pricing' },
    { service: 'Metrics', count: custom + detailed, dollars: perCustomMetric, source: cloudWatch },
    { service: 'Alarms', count: count('AWS::CloudWatch::Alarm'), dollars: 0.1, source: cloudWatch },
  ];
}

export const totalFixedCost = (standing: readonly FixedCost[]): number =>
  standing.reduce((sum, { count, dollars }) => sum + count * dollars, 0);

const json = (value: unknown): string => JSON.stringify(value ?? null);

const hasDetailedMetrics = ({ settings }: Template): boolean =>
  json(settings.resources).includes('"DetailedMetricsEnabled":true');

const routesIn = ({ settings }: Template): number => json(settings.functions).match(/"httpApi":/g)?.length ?? 0;
