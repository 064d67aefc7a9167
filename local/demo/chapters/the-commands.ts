/** The same by the developer's own tool: the real Heroku CLI, typed as its users type it. */
import { DatabaseView } from '#lib/contracts/databases.ts';
import type { HerokuCli } from '../heroku-cli.ts';
import { check } from '../stage.ts';
import { until } from '../until.ts';
import type { Play, World } from '../world.ts';
import type { DemoDatabase } from './the-database.ts';

const app = 'example-app';
const create = 'heroku addons:create heroku-redis:private-7';

export async function theCommands(play: Play, { keyArn }: DemoDatabase): Promise<void> {
  const { stage, world } = play;
  stage.chapter(
    'By the Heroku CLI',
    'Developers type heroku. The npm package heroku, as it is, makes a database under the key, forks it and ' +
      'promotes the fork.',
  );
  if (world.heroku && world.keys.isCli) return typed(play, world.heroku, keyArn);
  stage.say(
    'The Heroku CLI and the AWS CLI are not both on the PATH here, so this chapter is skipped. With them (npm ' +
      'install -g heroku) the demo types:',
  );
  stage.show(`${create} --app ${app} \\`);
  stage.show('  -- --encryption-key $CMK_ARN');
  stage.show(`heroku redis:promote <redis-addon-name> --app ${app}`);
}

async function typed({ stage, world }: Play, heroku: HerokuCli, keyArn: string): Promise<void> {
  const variables = { CMK_ARN: keyArn };
  const made = nameIn(await stage.do(heroku.command(`${create} --app ${app} -- --encryption-key $CMK_ARN`, variables)));
  await stage.see(`${made} available`, inStatus(world, made, 'available'));
  for (const line of rowsOf(await stage.do(heroku.command(`heroku redis:info --app ${app}`)))) stage.show(line);

  const url = `$(heroku config:get REDIS_URL --app ${app})`;
  const forking = `${create} --fork ${url} --encryption-key $CMK_ARN --app ${app}`;
  const fork = nameIn((await stage.do(heroku.command(forking, variables))).replaceAll(made, ''));
  await stage.see(`${fork} follows`, inStatus(world, fork, 'following'));
  await stage.do(heroku.command(`heroku redis:wait ${fork} --app ${app} --wait-interval 1`));
  await stage.do(heroku.command(`heroku redis:promote ${fork} --app ${app}`));
  await stage.see(`${fork} is the app’s database`, inStatus(world, fork, 'available'));
  await stage.prove('The app has the URL of the fork', async () => {
    const { attachments } = await world.api.read(`/v1/databases/${fork}`, DatabaseView());
    check(
      attachments.some(({ configVar }) => configVar === 'REDIS_URL'),
      `${fork} is attached as ${attachments.map(({ configVar }) => configVar).join(', ')}.`,
    );
    return 'REDIS_URL is its own; the database before it keeps another name.';
  });
}

function nameIn(output: string): string {
  const [name] = /\bredis-[a-z]+-\d+\b/.exec(output) ?? [];
  check(name !== undefined, `The CLI named no database: ${output}`);
  return name;
}

/** The lines about the status and the key. */
const rowsOf = (output: string): string[] =>
  output.split('\n').filter((line) => /^(Status|Customer Encryption Key|Key State):/.test(line));

const inStatus = ({ api }: World, name: string, wanted: string) =>
  until(`${name} ${wanted}`, async () => {
    const { status, failure } = await api.read(`/v1/databases/${name}`, DatabaseView());
    check(status !== 'failed', `The database failed: ${failure?.detail}`);
    return status === wanted || null;
  });
