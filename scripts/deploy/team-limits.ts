/**
 * Shows a team's counts and limits, and changes its limits. Needs credentials that may read and write the deployment's
 * table.
 *   npm run team-limits -- --stage prod --team acme
 *   npm run team-limits -- --stage prod --team acme --databases 1000 --keys 50
 */
import { parseArgs } from 'node:util';
import { quotaNames } from '#lib/model/items/quotas.ts';
import { quotaStore } from '#lib/store/quotas.ts';
import { teamStore } from '#lib/store/teams.ts';

const names = ['stage', 'team', ...quotaNames];
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])) });
const { stage, team: teamName } = values;

if (!stage || !teamName) {
  const quotas = quotaNames.map((name) => `[--${name} NUMBER]`).join(' ');
  console.error(`Usage: npm run team-limits -- --stage STAGE --team NAME ${quotas}`);
  process.exit(64);
}
process.env.TABLE_NAME ??= `latchkey-${stage}`;

const team = await teamStore().teamNamed(teamName);
if (!team) {
  console.error(`There is no team ${teamName}.`);
  process.exit(1);
}
const { usageOf, limitQuota } = quotaStore();
const wanted = quotaNames.flatMap((quota) =>
  values[quota] === undefined ? [] : [[quota, Number(values[quota])] as const],
);
const wrong = wanted.find(([quota, most]) => !/^\d+$/.test(String(values[quota])) || most > 1_000_000);
if (wrong) {
  console.error(`--${wrong[0]} is a whole number from 0 to 1000000.`);
  process.exit(64);
}
for (const [quota, most] of wanted) await limitQuota(team.id, quota, most);
const usage = await usageOf(team.id);
for (const quota of quotaNames) console.log(`${quota.padEnd(10)} ${usage[quota].used} of ${usage[quota].most}`);
