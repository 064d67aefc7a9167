/**
 * Writes a deployment's placements from its stage's file: networks by space, instance types by plan, ECS services by
 * app. `make deploy` runs it; `make placements STAGE=prod` runs it without a deployment. Needs credentials that may
 * write the deployment's table.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { now } from '#lib/model/clock.ts';
import { placementsIn } from '#lib/model/placement.ts';
import { commit } from '#lib/store/commit.ts';
import { placementChanges } from '#lib/store/placements.ts';
import { noTableYet } from './settings.ts';

const root = join(import.meta.dirname, '..', '..');
const { stage, file = join(root, 'stages', `${stage}.yml`) } = parseArgs({
  options: { stage: { type: 'string' }, file: { type: 'string' } },
}).values;

if (!stage) {
  console.error('Usage: node scripts/deploy/place.ts --stage STAGE [--file FILE]');
  process.exit(64);
}
const settings: { region?: string } = (existsSync(file) ? parse(readFileSync(file, 'utf8')) : {}) ?? {};
process.env.TABLE_NAME ??= `latchkey-${stage}`;
process.env.AWS_REGION = settings.region ?? process.env.AWS_REGION ?? 'us-east-1';

/** A transaction has at most 100 items (DynamoDB developer guide). */
const atOnce = 50;

try {
  const changes = await placementChanges(placementsIn(settings));
  for (let begin = 0; begin < changes.length; begin += atOnce)
    await commit({ teamId: 'deployment', at: now(), changes: changes.slice(begin, begin + atOnce) });
  console.log(
    changes.length === 0 ? 'The placements are as the file has them.' : `${changes.length} placements changed.`,
  );
} catch (error) {
  if (isMissingTable(error)) process.exit(noTableYet);
  console.error((error as Error).message);
  process.exit(1);
}

function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'ResourceNotFoundException' || isMissingTable(error.cause);
}
