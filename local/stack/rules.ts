/**
 * The template's rules: those that match events, and those that fire at a schedule.
 * Does not: know schedules other than one rate or one daily hour, or targets with inputs of their own; each throws.
 */
import type { DeclaredRule } from 'aws-local/event-bridge';
import { type Physicals, resolveIntrinsics } from './intrinsics.ts';
import type { Place } from './physicals.ts';
import { assertKnown, isRecord, ofType, type Template } from './template.ts';

/** Every so many milliseconds, or daily at a minute after midnight, UTC. */
export type Timing = { readonly rateMs: number } | { readonly dailyAtMinute: number };

export interface RuleTarget {
  readonly arn: string;
  readonly deadLetterArn?: string;
}

export interface Schedule {
  readonly ruleArn: string;
  readonly timing: Timing;
  readonly targets: readonly RuleTarget[];
}

const ruleProperties = [
  'Name',
  'Description',
  'EventBusName',
  'EventPattern',
  'ScheduleExpression',
  'State',
  'Targets',
];
const targetProperties = ['Id', 'Arn', 'DeadLetterConfig'];

interface ReadRule {
  readonly logicalId: string;
  readonly properties: Record<string, unknown>;
  readonly arn: string;
  readonly targets: readonly RuleTarget[];
}

function rulesIn(template: Template, physicals: Physicals): ReadRule[] {
  return ofType(template, 'AWS::Events::Rule').map(([logicalId, resource]) => {
    assertKnown(logicalId, resource.properties, ruleProperties);
    const properties = resolveIntrinsics(resource.properties, physicals) as Record<string, unknown>;
    const arn = physicals.get(logicalId)?.attributes.Arn ?? '';
    return { logicalId, properties, arn, targets: targetsIn(logicalId, properties.Targets) };
  });
}

const targetsIn = (logicalId: string, targets: unknown): RuleTarget[] =>
  [targets ?? []]
    .flat()
    .filter(isRecord)
    .map((target) => {
      assertKnown(`${logicalId}.Targets`, target, targetProperties);
      const queue = isRecord(target.DeadLetterConfig) ? target.DeadLetterConfig.Arn : undefined;
      return { arn: String(target.Arn), ...(queue === undefined ? {} : { deadLetterArn: String(queue) }) };
    });

/** Rules with an event pattern. */
export const rulesOf = (template: Template, physicals: Physicals, { accountId, region }: Place): DeclaredRule[] =>
  rulesIn(template, physicals)
    .filter(({ properties }) => properties.EventPattern !== undefined)
    .map(({ arn, properties, targets }) => {
      const bus = String(properties.EventBusName ?? 'default');
      return {
        name: arn.slice(arn.lastIndexOf('/') + 1),
        busArn: bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${accountId}:event-bus/${bus}`,
        pattern: properties.EventPattern,
        ...(properties.State === undefined ? {} : { state: properties.State as NonNullable<DeclaredRule['state']> }),
        targets,
      };
    });

/** Enabled rules with a schedule. */
export const schedulesOf = (template: Template, physicals: Physicals): Schedule[] =>
  rulesIn(template, physicals)
    .filter(({ properties: { ScheduleExpression, State } }) => ScheduleExpression !== undefined && State !== 'DISABLED')
    .map(({ logicalId, arn, properties, targets }) => ({
      ruleArn: arn,
      timing: readTiming(String(properties.ScheduleExpression), logicalId),
      targets,
    }));

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Throws for an expression that is neither a rate nor a daily hour. */
export function readTiming(expression: string, where: string): Timing {
  const daily = /^cron\((\d{1,2}) (\d{1,2}) \* \* \? \*\)$/.exec(expression);
  if (daily) return { dailyAtMinute: Number(daily[2]) * 60 + Number(daily[1]) };
  const found = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (!found)
    throw new Error(`The template: ${where}: the local cloud has schedules with one rate or one daily hour only`);
  return { rateMs: Number(found[1]) * (unitMs[found[2] ?? ''] ?? 0) };
}
