/**
 * The fixed monthly costs of a deployment: the resources of the packaged template at the prices of US East (N.
 * Virginia), without free tiers. The interface endpoints are not in the stack; docs/deploy.md requires them, or a NAT
 * gateway.
 */
import { ofType, parseTemplate, type Template } from '#local/stack/template.ts';
import { localTemplate } from '../../scripts/deploy/local-template.ts';

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

export const deployedTemplate = async (): Promise<Template> => parseTemplate(await localTemplate());

export function fixedCostsIn(template: Template): FixedCost[] {
  const count = (type: string) => ofType(template, type).length;
  const cloudWatch = 'aws.amazon.com/cloudwatch/pricing';
  // A configuration set with reputation metrics publishes two: bounces and complaints.
  const custom = count('AWS::Logs::MetricFilter') + 2 * count('AWS::SES::ConfigurationSet');
  const detailed = hasDetailedMetrics(template) ? metricsOfRoute * count('AWS::ApiGatewayV2::Route') : 0;
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

const hasDetailedMetrics = (template: Template): boolean =>
  ofType(template, 'AWS::ApiGatewayV2::Stage').some(([, { properties }]) =>
    JSON.stringify(properties).includes('"DetailedMetricsEnabled":true'),
  );
