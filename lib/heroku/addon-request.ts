/** Translates `heroku addons:create` to a request for a database. */

import type { DatabaseRequest } from '#lib/databases/create.ts';
import { namePattern } from '#lib/databases/names.ts';
import type { App } from '#lib/model/app.ts';
import { Problem } from '#lib/model/problem.ts';
import { parsePlan, serviceName } from './ids.ts';
import type { NewAddon } from './requests.ts';

const knownFlags = ['encryption-key', 'fork', 'allow-plaintext'];

/** Throws `invalid_request` for unknown or malformed options. */
export function databaseRequestFrom(
  { plan, config, name, attachment, confirm }: NewAddon,
  app: App,
): Omit<DatabaseRequest, 'teamId' | 'actor'> {
  const flags = config ?? {};
  assertKnown(Object.keys(flags));
  const encryptionKey = flagValue(flags, 'encryption-key');
  const fork = flagValue(flags, 'fork');
  return {
    app: app.id,
    plan: requirePlan(plan.name),
    ...(name ? { name: checkedName(name) } : {}),
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(fork === undefined ? {} : { fork }),
    ...(isSet(flags, 'allow-plaintext') ? { allowPlaintext: true } : {}),
    ...(attachment?.name ? { attachAs: attachment.name } : {}),
    ...(confirm ? { confirm } : {}),
  };
}

/** Throws `invalid_request`. */
function requirePlan(text: string): string {
  const plan = parsePlan(text);
  if (plan) return plan;
  throw new Problem(
    'invalid_request',
    `There is no add-on ${text} here, only ${serviceName}. See its plans: heroku addons:plans ${serviceName}`,
  );
}

function assertKnown(names: readonly string[]): void {
  const unknown = names.filter((name) => !knownFlags.includes(name));
  if (unknown.length === 0) return;
  const isNear = unknown.some((name) => name.toLowerCase().replaceAll(/[-_]/g, '') === 'encryptionkey');
  const hint = isNear
    ? 'Did you mean --encryption-key?'
    : `Known are ${knownFlags.map((name) => `--${name}`).join(', ')}.`;
  throw new Problem('invalid_request', `No such option: ${unknown.map((name) => `--${name}`).join(', ')}. ${hint}`);
}

function flagValue(flags: Readonly<Record<string, string | boolean>>, name: string): string | undefined {
  const flag = flags[name];
  if (flag === undefined) return undefined;
  const value = typeof flag === 'string' ? flag.trim() : '';
  if (value !== '') return value;
  const expectedValue =
    name === 'fork' ? 'the URL, the name or the config var of the database to follow' : "the key's full ARN";
  throw new Problem('invalid_request', `--${name} needs a value: ${expectedValue}.`);
}

/** Whether a flag is set. Throws `invalid_request` for a value other than `true` and `false`. */
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
    `${name} is not a valid database name: use a letter, then lower-case letters, digits and dashes, 3 to 63 ` +
      'characters.',
  );
}
