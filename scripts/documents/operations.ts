/** All operations of the REST API, in the order and the chapters of its documentation. */
import * as apps from '#lib/contracts/apps.ts';
import * as attachments from '#lib/contracts/attachments.ts';
import * as backups from '#lib/contracts/backups.ts';
import * as certificates from '#lib/contracts/certificates.ts';
import * as contacts from '#lib/contracts/contacts.ts';
import * as databases from '#lib/contracts/databases.ts';
import * as drillReport from '#lib/contracts/drill-report.ts';
import * as drillSchedules from '#lib/contracts/drill-schedules.ts';
import * as drills from '#lib/contracts/drills.ts';
import * as evidence from '#lib/contracts/evidence.ts';
import * as grants from '#lib/contracts/grants.ts';
import * as impact from '#lib/contracts/impact.ts';
import * as keySettings from '#lib/contracts/key-settings.ts';
import * as keys from '#lib/contracts/keys.ts';
import * as lockouts from '#lib/contracts/lockouts.ts';
import * as onboarding from '#lib/contracts/onboarding.ts';
import * as operating from '#lib/contracts/operating.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import * as plans from '#lib/contracts/plans.ts';
import * as readiness from '#lib/contracts/readiness.ts';
import * as recipients from '#lib/contracts/recipients.ts';
import * as sessions from '#lib/contracts/sessions.ts';
import * as timeline from '#lib/contracts/timeline.ts';
import * as tokens from '#lib/contracts/tokens.ts';
import * as webhookDeliveries from '#lib/contracts/webhook-deliveries.ts';
import * as webhooks from '#lib/contracts/webhooks.ts';

/** A chapter is a tag in the OpenAPI document. */
interface Chapter {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value;
const operationsIn = (...contracts: readonly object[]): Operation[] =>
  contracts.flatMap((contract) => (Object.values(contract) as unknown[]).filter(isOperation));

export const chapters: readonly Chapter[] = [
  {
    name: 'Keys',
    description: "Customers' KMS keys, their checks, and what depends on them",
    operations: operationsIn(keys, grants, keySettings, readiness, onboarding, impact, evidence, contacts),
  },
  {
    name: 'Databases',
    description: 'Databases, their credentials, and plans',
    operations: operationsIn(databases, plans, operating, certificates),
  },
  {
    name: 'Backups',
    description: 'Backups; a restore is the creation of a database',
    operations: operationsIn(backups),
  },
  { name: 'Lockouts', description: 'Episodes of a key being unusable', operations: operationsIn(lockouts) },
  {
    name: 'Drills',
    description: 'Rehearsed revocations, with their reports',
    operations: operationsIn(drills, drillReport, drillSchedules),
  },
  { name: 'Timeline', description: 'All events of a team, as a chain of hashes', operations: operationsIn(timeline) },
  {
    name: 'Webhooks',
    description: 'URLs that get the events of the timeline, and their deliveries',
    operations: operationsIn(webhooks, webhookDeliveries),
  },
  { name: 'Apps', description: 'Spaces, and the apps that use databases', operations: operationsIn(apps, attachments) },
  {
    name: 'Access',
    description: 'Tokens, sessions, mail recipients, and the API itself',
    operations: operationsIn(tokens, sessions, recipients),
  },
];

export const operations: readonly Operation[] = chapters.flatMap((chapter) => chapter.operations);

/** Routes that need no token, by API Gateway's route keys, such as `GET /v1/health`. */
const open = new Set([
  '$default',
  // The console's files; it signs in by itself.
  'GET /console',
  'GET /console/{file+}',
  ...operations.filter(({ scope }) => scope === 'public').map(({ route }) => route),
]);

export const needsToken = (routeKey: string): boolean => !open.has(routeKey);
