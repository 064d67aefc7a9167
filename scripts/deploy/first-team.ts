/**
 * Creates the first team of a deployment and its operator's token, which creates all others, since no token for the API
 * exists yet. Run it once, with credentials that may write the deployment's table, and store its output.
 *   node scripts/deploy/first-team.ts --stage prod --team acme --email admin@example.com
 * With `--another`, an existing team gets one more operator's token. Do this before you revoke the old token, since
 * revoking it also revokes the tokens that it made in its own team.
 */
import { parseArgs } from 'node:util';
import { now } from '#lib/model/clock.ts';
import { newId } from '#lib/model/ids.ts';
import { scopes } from '#lib/model/team.ts';
import { teamStore } from '#lib/store/teams.ts';
import { issueToken } from '#lib/teams/tokens.ts';
import { committer } from '#lib/wiring/committer.ts';

const {
  stage,
  team: name,
  email,
  another = false,
} = parseArgs({
  options: {
    stage: { type: 'string' },
    team: { type: 'string' },
    email: { type: 'string' },
    another: { type: 'boolean' },
  },
}).values;

if (!stage || !name) {
  console.error('Usage: node scripts/deploy/first-team.ts --stage STAGE --team NAME [--email ADDRESS] [--another]');
  process.exit(64);
}
process.env.TABLE_NAME ??= `latchkey-${stage}`;
process.env.EVENT_BUS_NAME ??= `latchkey-${stage}`;

const known = await teamStore().teamNamed(name);
if (known && !another) {
  console.error(
    `There is a team ${name} already. Its operator makes further tokens: POST /v1/tokens. ` +
      'For one more operator: --another.',
  );
  process.exit(1);
}
if (!known && another) {
  console.error(`There is no team ${name}. Leave out --another to make it.`);
  process.exit(1);
}
const { secret } = await issueToken(
  { ...committer(), newId, now },
  {
    team: known ?? { id: newId('team'), name },
    isNew: !known,
    name: known ? 'operator' : 'first operator',
    scopes: [...scopes],
    ...(email ? { email } : {}),
    operator: true,
    actor: { kind: 'operator', id: 'first-team' },
  },
);
console.log(secret);
