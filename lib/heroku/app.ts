/** Views of apps, spaces, regions, releases, dynos and the account. */
import type { App, Release, Space } from '#lib/model/app.ts';
import type { Team, Token } from '#lib/model/team.ts';
import { planName } from './ids.ts';

/** The CLI shows an account by its mail address; a token without one gets an undeliverable address. */
export const accountView = ({ id, name, email }: Token, team: Team) => ({
  id,
  email: email ?? `${name.replaceAll(/[^\w.-]+/g, '-')}@${team.name}.invalid`,
  name,
});

/** Heroku's names for AWS regions; other regions keep AWS's names. */
const names: Readonly<Record<string, string>> = {
  'us-east-1': 'virginia',
  'us-west-2': 'oregon',
  'eu-west-1': 'dublin',
  'eu-central-1': 'frankfurt',
  'ap-northeast-1': 'tokyo',
  'ap-southeast-2': 'sydney',
  'eu-west-2': 'london',
  'ca-central-1': 'montreal',
  'ap-south-1': 'mumbai',
  'ap-southeast-1': 'singapore',
};

export const regionView = (awsRegion: string) => ({
  id: awsRegion,
  name: names[awsRegion] ?? awsRegion,
  description: `AWS ${awsRegion}`,
  country: '',
  locale: awsRegion,
  private_capable: true,
  provider: { name: 'amazon-web-services', region: awsRegion },
});

const stack = { id: 'latchkey', name: 'latchkey' };

export interface TeamContext {
  readonly region: string;
  readonly team: Team;
}

export const appView = (app: App, { region }: TeamContext) => ({
  id: app.id,
  name: app.name,
  acm: false,
  archived_at: null,
  create_status: 'complete',
  build_stack: stack,
  stack,
  git_url: null,
  web_url: null,
  internal_routing: false,
  maintenance: false,
  owner: { id: app.admins[0] ?? '', email: app.admins[0] ?? '' },
  region: regionRef(region),
  team: null,
  space: app.space && { ...app.space, shield: app.tier === 'shield' },
  generation: { name: 'cedar' },
  repo_size: null,
  slug_size: null,
  created_at: app.createdAt,
  released_at: app.createdAt,
  updated_at: app.createdAt,
});

const regionRef = (awsRegion: string) => {
  const { id, name, description } = regionView(awsRegion);
  return { id, name, description };
};

export const spaceView = ({ id, name, tier, createdAt }: Space, { region, team }: TeamContext) => ({
  id,
  name,
  team: { id: team.id, name: team.name },
  region: regionRef(region),
  state: 'allocated',
  shield: tier === 'shield',
  cidr: null,
  data_cidr: null,
  generation: { name: 'cedar' },
  created_at: createdAt,
  updated_at: createdAt,
});

/** `plans` are the present plans of the app's databases. */
export const releaseView = ({ version, description, by, createdAt }: Release, app: App, plans: readonly string[]) => ({
  id: `${app.id}-v${version}`,
  version,
  description,
  status: 'succeeded',
  current: version === app.release,
  user: { id: by, email: by },
  app: { id: app.id, name: app.name },
  addon_plan_names: plans.map(planName),
  eligible_for_rollback: false,
  output_stream_url: null,
  created_at: createdAt,
  updated_at: createdAt,
});

/** The only process of an app, if this deployment runs it. */
export const dynosOf = (app: App) =>
  app.process
    ? [
        {
          id: `${app.id}-web.1`,
          name: 'web.1',
          type: 'web',
          command: app.process.command.join(' '),
          size: 'Private-S',
          state: 'up',
          app: { id: app.id, name: app.name },
          release: { id: `${app.id}-v${app.restarted ?? app.release}`, version: app.restarted ?? app.release },
          created_at: app.createdAt,
          updated_at: app.createdAt,
        },
      ]
    : [];
