/**
 * Takes a key from the team that registered it, so that its owner's team can register it, if a proof of ownership does
 * not displace the holder. Needs credentials that may write the deployment's table. First bind the key's policy to its
 * team; otherwise the old holder may register it again.
 *   npm run release-key -- --stage prod --arn arn:aws:kms:us-east-1:111122223333:key/…
 */
import { parseArgs } from 'node:util';
import { releaseKey } from '#lib/keys/release.ts';
import { now } from '#lib/model/clock.ts';
import { Problem } from '#lib/model/problem.ts';
import { keyStore } from '#lib/store/keys.ts';
import { lockoutStore } from '#lib/store/lockouts.ts';
import { committer } from '#lib/wiring/committer.ts';

const { stage, arn } = parseArgs({ options: { stage: { type: 'string' }, arn: { type: 'string' } } }).values;

if (!stage || !arn) {
  console.error('Usage: npm run release-key -- --stage STAGE --arn ARN');
  process.exit(64);
}
process.env.TABLE_NAME ??= `latchkey-${stage}`;
process.env.EVENT_BUS_NAME ??= `latchkey-${stage}`;

try {
  const release = releaseKey({ ...keyStore(), ...lockoutStore(), ...committer(), now });
  const { teamId, keyId } = await release({ arn, actor: { kind: 'operator', id: 'release-key' } });
  console.log(`Team ${teamId} holds ${arn} no longer (it was ${keyId}). Its timeline says so.`);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exit(1);
}
