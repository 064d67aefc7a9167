/** Before the key is touched, its owner asks what depends on it. */
import { GetImpact } from '#lib/contracts/impact.ts';
import { registeredKeyId } from '../registered-key.ts';
import { check } from '../stage.ts';
import type { Play } from '../world.ts';
import type { DemoDatabase } from './the-database.ts';

export async function theImpact({ stage, world }: Play, database: DemoDatabase): Promise<void> {
  stage.chapter(
    'Before the key is touched',
    'What would it do? Latchkey says so in advance: what stops and when, what an app sees, what is lost for good.',
  );
  const path = `/v1/keys/${await registeredKeyId(world, database.keyArn)}/impact`;
  const impact = GetImpact.response.parse(JSON.parse(await stage.do(world.api.get(path, 'GET /v1/keys/{key}/impact'))));
  const { databases, backups, apps, ifDisabledNow, restart, safeToDelete } = impact;
  stage.show(`databases   ${databases.items.map(({ name }) => name).join(', ')}`);
  stage.show(`backups     ${backups.total}, unreadable meanwhile`);
  const named = apps.items.map((app) => `${app.name} (${app.configVars.map(({ name }) => name).join(', ')})`);
  stage.show(`apps        ${named.join('; ')}`);
  stage.show(`acts after  ${ifDisabledNow.waitingPeriodSeconds / 60} minutes of waiting`);
  stage.show(`restart     ${restart.seconds === null ? restart.reason : `${restart.seconds} s. ${restart.reason}`}`);
  await stage.prove(`Safe to delete: ${safeToDelete.verdict}`, async () => {
    check(safeToDelete.verdict === 'no', 'It is called safe to delete.');
    check(
      databases.items.some(({ name }) => name === database.name) && backups.total > 0,
      `It names ${databases.items.map(({ name }) => name).join(', ')} and ${backups.total} backups.`,
    );
    return safeToDelete.because.join('\n');
  });
}
