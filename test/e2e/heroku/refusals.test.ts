/** Refusals that the Heroku CLI prints. */
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { read } from '#local/test-support/customer.ts';
import { aDatabase, aWorld, configVar, type World } from './world.ts';

let world: World;
const lines = new Map<string, string>();

beforeAll(async () => {
  world = await aWorld();
  await aDatabase(world, 'orders');
  const url = await configVar(world, 'REDIS_URL');
  const create = 'addons:create heroku-redis:private-7 --app your-app-name';
  const keyed = `--encryption-key ${world.arn}`;
  for (const [what, line] of Object.entries({
    'a plan without customer keys': `addons:create heroku-redis:premium-0 --app your-app-name -- ${keyed}`,
    'a plan of another tier': `addons:create heroku-redis:shield-7 --app your-app-name -- ${keyed}`,
    'an unknown plan': `addons:create heroku-redis:private-8 --app your-app-name -- ${keyed}`,
    'another service': 'addons:create heroku-postgresql:standard-0 --app your-app-name',
    'an alias': `${create} -- --encryption-key alias/mine`,
    'a bare key id': `${create} -- --encryption-key 1234abcd-12ab-34cd-56ef-1234567890ab`,
    'a key of another region': `${create} -- --encryption-key ${world.arn.replace('us-east-1', 'eu-west-1')}`,
    'a key whose policy says nothing of us': `${create} -- --encryption-key ${await aKeyWithoutPolicy()}`,
    'a flag without a value': `${create} -- --encryption-key`,
    'a flag that is spelled otherwise': `${create} -- --encryption_key ${world.arn}`,
    'a fork without a key': `${create} -- --fork ${url}`,
    'a fork of what is not ours': `${create} -- ${keyed} --fork redis://h:guess@127.0.0.1:1`,
    'a fork with a wrong password': `${create} -- ${keyed} --fork ${url.replace(/:[^:@]+@/, ':guess@')}`,
    'a name that is taken': `${create} --name orders -- ${keyed}`,
    'a name that is none': `${create} --name Orders -- ${keyed}`,
    'an attachment that is none': `${create} --as lower-case -- ${keyed}`,
    'an app that is not there': `addons:create heroku-redis:private-7 --app nowhere -- ${keyed}`,
    'an add-on that is not there': 'addons:info nothing',
    'a config var of an attachment': 'config:set REDIS_URL=redis://elsewhere --app your-app-name',
    'a config var that is none': 'config:set lower=1 --app your-app-name',
    'an app that is in use': 'apps:destroy your-app-name --confirm your-app-name',
    'scaling an app': 'ps:scale web=2 --app your-app-name',
  }))
    lines.set(what, line);
});
afterAll(() => world?.end());

async function aKeyWithoutPolicy(): Promise<string> {
  const { env } = world.cloud;
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' };
  const kms = new KMSClient({ endpoint: env.AWS_ENDPOINT_URL ?? '', region: env.AWS_REGION ?? '', credentials });
  try {
    return (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
  } finally {
    kms.destroy();
  }
}

describe('a refusal states the fault and the remedy', () => {
  it.each([
    ['a plan without customer keys', 'Choose a private or shield plan, such as private-7.'],
    ['a plan of another tier', 'needs an app in a shield space'],
    ['an unknown plan', 'There is no plan private-8. Choose one of mini'],
    ['another service', 'See its plans: heroku addons:plans heroku-redis'],
    ['an alias', 'This is an alias'],
    ['a bare key id', "Give the key's full ARN"],
    ['a key of another region', 'Create a key in us-east-1.'],
    ['a key whose policy says nothing of us', 'Statements to add:'],
    ['a flag without a value', "--encryption-key needs a value: the key's full ARN."],
    ['a flag that is spelled otherwise', 'Did you mean --encryption-key?'],
    ['a fork without a key', 'contact the operator'],
    ['a fork of what is not ours', "give the database's name instead"],
    ['a fork with a wrong password', "give the database's name instead"],
    ['a name that is taken', 'Choose another name, or leave it out to get one.'],
    ['a name that is none', 'lower-case letters, digits and dashes'],
    ['an attachment that is none', 'capital letters, digits and _'],
    ['an app that is not there', "Couldn't find that app"],
    ['an add-on that is not there', "Couldn't find that add-on"],
    ['a config var of an attachment', 'Detach the database to remove it.'],
    ['a config var that is none', 'Upper-case letters, digits and _'],
    ['an app that is in use', 'Destroy these databases first'],
    ['scaling an app', 'Do that where the app runs.'],
  ])('%s', async (what, reason) => {
    const shown = await world.newest.refused(lines.get(what) ?? '');
    expect(shown.text).toContain(reason);
    expect(shown.text).not.toMatch(/undefined|GET \/v1|encryptionKey/);
  });

  it('and all of them leave one database', async () => {
    expect((await read<{ items: unknown[] }>(world.cloud, '/v1/databases')).items).toHaveLength(1);
  });

  it('the CLI itself reports an invalid token', async () => {
    const env = { ...world.cloud.env, HEROKU_API_KEY: 'latchkey_wrong' };
    const { aTerminal } = await import('./terminal.ts');
    const stranger = aTerminal({ env }, '11.10.0');
    try {
      expect((await stranger.refused('apps')).text).toContain('The token provided to HEROKU_API_KEY is invalid');
    } finally {
      stranger.close();
    }
  });
});
