/** A database as an add-on, and its plan. */
import { configVarOf } from '#lib/model/app.ts';
import type { Database, DatabaseStatus } from '#lib/model/database.ts';
import type { Plan } from '#lib/model/plans.ts';
import { defaultPlan, owningApp, planName, serviceName } from './ids.ts';

/** Prices are part of the contract with the customer; the CLI prints `contract`. */
const price = { cents: 0, unit: 'month', contract: true, metered: false };

export const service = { id: serviceName, name: serviceName, human_name: 'Redis under your own KMS key', state: 'ga' };

/** `Private 7`. */
export const planTitle = (plan: string): string => plan.replace(/^./, (first) => first.toUpperCase()).replace('-', ' ');

export const planView = ({ name }: Pick<Plan, 'name'>) => ({
  id: name,
  name: planName(name),
  human_name: planTitle(name),
  default: name === defaultPlan,
  state: 'ga',
  addon_service: { id: serviceName, name: serviceName },
  price,
});

/** `locked out` is not a state of Heroku's; `heroku addons --all` prints it unchanged. */
const states: Readonly<Record<DatabaseStatus, string>> = {
  creating: 'provisioning',
  following: 'provisioned',
  available: 'provisioned',
  stopping: 'locked out',
  stopped: 'locked out',
  starting: 'locked out',
  failed: 'deprovisioned',
  destroying: 'deprovisioning',
};

/** Lists the config vars of one app. */
export const addonView = (database: Database, fromAppId = database.appId) => ({
  id: database.id,
  name: database.name,
  state: states[database.status],
  app: owningApp(database),
  addon_service: { id: serviceName, name: serviceName },
  plan: planView({ name: database.plan }),
  billed_price: price,
  billing_entity: { ...owningApp(database), type: 'app' },
  config_vars: database.attachments.filter(({ appId }) => appId === fromAppId).map(({ name }) => configVarOf(name)),
  provider_id: database.id,
  provision_message: null as string | null,
  web_url: null,
  created_at: database.createdAt,
  updated_at: database.createdAt,
});
