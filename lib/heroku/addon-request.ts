/** The request that `heroku addons:create` means. */

import type { DatabaseRequest } from '#lib/databases/create.ts';
import { namePattern } from '#lib/databases/names.ts';
import type { App } from '#lib/model/app.ts';
import { Problem } from '#lib/model/problem.ts';
import { planIn, serviceName } from './ids.ts';
import type { NewAddon } from './requests.ts';

const known = ['encryption-key', 'fork', 'allow-plaintext'];

/** Throws `invalid_request` for what the CLI let through and nobody understands. */
export function requestFrom(
  { plan, config, name, attachment, confirm }: NewAddon,
  app: App,
): Omit<DatabaseRequest, 'teamId' | 'actor'> {
  const flags = config ?? {};
  refuseUnknown(Object.keys(flags));
  const encryptionKey = flagValue(flags, 'encryption-key');
  const fork = flagValue(flags, 'fork');
  return {
    app: app.id,
    plan: planFrom(plan.name),
    ...(name ? { name: checkedName(name) } : {}),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(fork === undefined ? {} : { fork }),
    ...(isSet(flags, 'allow-plaintext') ? { allowPlaintext: true } : {}),
    ...(attachment?.name ? { attachAs: attachment.name } : {}),
    ...(confirm ? { confirm } : {}),
  };
}

/** Throws `invalid_request`. */
function planFrom(text: string): string {
  const plan = planIn(text);
  if (plan) return plan;
  throw new Problem(
    'invalid_request',
    `There is no add-on ${text} here, only ${serviceName}. See its plans: heroku addons:plans ${serviceName}`,
  );
}

function refuseUnknown(names: readonly string[]): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const near = unknown.some((name) => name.toLowerCase().replaceAll(/[-_]/g, '') === 'encryptionkey');
  const hint = near ? 'Did you mean --encryption-key?' : `Known are ${known.map((name) => `--${name}`).join(', ')}.`;
  throw new Problem('invalid_request', `No such option: ${unknown.map((name) => `--${name}`).join(', ')}. ${hint}`);
}

function flagValue(flags: Readonly<Record<string, string | boolean>>, name: string): string | undefined {
  const flag = flags[name];
  if (flag === undefined) return undefined;
  const value = typeof flag === 'string' ? flag.trim() : '';
  if (value !== '') return value;
  const wanted =
    name === 'fork' ? 'the URL, the name or the config var of the database to follow' : "the key's full ARN";
  throw new Problem('invalid_request', `--${name} needs a value: ${wanted}.`);
}

/** A flag without a value. Throws `invalid_request` for one with a value that is neither `true` nor `false`. */
function isSet(flags: Readonly<Record<string, string | boolean>>, name: string): boolean {
  const flag = String(flags[name] ?? false).trim();
  if (flag === 'true' || flag === 'false') return flag === 'true';
  throw new Problem('invalid_request', `--${name} takes no value.`);
}

/** Throws `invalid_request`. */
export function checkedName(name: string): string {
  if (namePattern.test(name)) return name;
  throw new Problem(
    'invalid_request',
    `${name} is no name for a database: lower-case letters, digits and dashes, 3 to 63, from a letter on.`,
  );
}
