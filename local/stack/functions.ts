/**
 * The functions of `serverless.yml` and what triggers them.
 * Does not: know events other than `httpApi`, `eventBridge` with a pattern, and `schedule` with a rate or a daily hour;
 * each other one throws.
 */
import type { LambdaFunction } from 'aws-local/lambda';
import type { Place } from './physicals.ts';
import { isRecord } from './variables.ts';

export interface StackFunction extends LambdaFunction {
  readonly events: readonly FunctionEvent[];
}

type FunctionEvent =
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  | { readonly kind: 'rule'; readonly eventBus: unknown; readonly pattern: Record<string, unknown> }
  | { readonly kind: 'schedule'; readonly timing: Timing };

/** Every so many milliseconds, or daily at a minute after midnight, UTC. */
export type Timing = { readonly rateMs: number } | { readonly dailyAtMinute: number };

/** Settings of a function that change nothing here: they are about AWS's machines, permissions and bookkeeping. */
const withoutEffect = new Set(
  'description tags role rights iamRoleStatements reservedConcurrency logRetentionInDays disableLogs tracing package architecture runtime condition maximumRetryAttempts maximumEventAge onError logs'.split(
    ' ',
  ),
);
const understood = new Set(['handler', 'name', 'timeout', 'memorySize', 'environment', 'events']);

const defaultTimeoutSeconds = 6;
const defaultMemoryMb = 1024;

/** Reads one entry of `functions`; `provider` gives the defaults. Throws naming what it does not understand. */
export function readFunction(
  key: string,
  settings: unknown,
  { place, provider }: { place: Place; provider: Record<string, unknown> },
): StackFunction {
  if (!isRecord(settings)) throw new Error(`serverless.yml: functions.${key} is no function`);
  for (const name of Object.keys(settings)) {
    if (!understood.has(name) && !withoutEffect.has(name))
      throw new Error(`serverless.yml: functions.${key}.${name} is not understood by the local cloud`);
  }
  const handler = String(settings.handler);
  const dot = handler.lastIndexOf('.');
  const name = String(settings.name ?? `${place.service}-${place.stage}-${key}`);
  return {
    key,
    name,
    arn: `arn:aws:lambda:${place.region}:${place.accountId}:function:${name}`,
    file: `${handler.slice(0, dot)}.ts`,
    exportName: handler.slice(dot + 1),
    timeoutSeconds: Number(settings.timeout ?? provider.timeout ?? defaultTimeoutSeconds),
    memoryMb: Number(settings.memorySize ?? provider.memorySize ?? defaultMemoryMb),
    events: (Array.isArray(settings.events) ? settings.events : []).map((event) =>
      readEvent(event, `functions.${key}`),
    ),
  };
}

function readEvent(event: unknown, where: string): FunctionEvent {
  const [kind, settings] = isRecord(event) ? (Object.entries(event)[0] ?? []) : [];
  if (kind === 'httpApi') return readRoute(settings, where);
  if (kind === 'eventBridge') return readRule(settings, where);
  if (kind === 'schedule') return { kind: 'schedule', timing: readTiming(settings, where) };
  throw new Error(`serverless.yml: ${where}: the local cloud has no event of the kind ${JSON.stringify(event)}`);
}

function readRoute(settings: unknown, where: string): FunctionEvent {
  const text = typeof settings === 'string' ? /^(\S+)\s+(\/\S*)$/.exec(settings) : null;
  const { method, path, ...others } = isRecord(settings) ? settings : { method: text?.[1], path: text?.[2] };
  refuseOthers(others, `${where}: httpApi`);
  if (settings === '*' || path === '*') return { kind: 'http', method: 'ANY', path: '$default' };
  if (typeof path !== 'string')
    throw new Error(`serverless.yml: ${where}: httpApi ${JSON.stringify(settings)} has no path`);
  const verb = String(method ?? '*').toUpperCase();
  return { kind: 'http', method: verb === '*' ? 'ANY' : verb, path };
}

function readRule(settings: unknown, where: string): FunctionEvent {
  const { eventBus, pattern, ...others } = isRecord(settings) ? settings : {};
  refuseOthers(others, `${where}: eventBridge`, ['retryPolicy', 'deadLetterQueueArn', 'name']);
  if (!isRecord(pattern)) throw new Error(`serverless.yml: ${where}: the local cloud has rules with a pattern only`);
  return { kind: 'rule', eventBus: eventBus ?? 'default', pattern };
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function readTiming(settings: unknown, where: string): Timing {
  const { rate, ...others } = isRecord(settings) ? settings : { rate: settings };
  refuseOthers(others, `${where}: schedule`, ['name', 'description', 'enabled', 'method']);
  const [text] = [rate].flat();
  const daily = /^cron\((\d{1,2}) (\d{1,2}) \* \* \? \*\)$/.exec(String(text));
  if (daily && others.enabled !== false) return { dailyAtMinute: Number(daily[2]) * 60 + Number(daily[1]) };
  const found = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(text));
  if (!found || others.enabled === false)
    throw new Error(`serverless.yml: ${where}: the local cloud has schedules with one rate or one daily hour only`);
  return { rateMs: Number(found[1]) * (unitMs[found[2] ?? ''] ?? 0) };
}

function refuseOthers(others: Record<string, unknown>, where: string, harmless: readonly string[] = []): void {
  const unknown = Object.keys(others).find((name) => !harmless.includes(name));
  if (unknown) throw new Error(`serverless.yml: ${where}.${unknown} is not understood by the local cloud`);
}
