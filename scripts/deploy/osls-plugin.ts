/**
 * Completes what `osls` packages: the functions are bundled together, each gets a role with the rights that it
 * declares, and functions of one kind share a log group. A stack has at most 500 resources, so functions with equal
 * rights share their role.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireConcurrency } from './account-quota.ts';
import { bundleAll } from './bundle.ts';
import { reservationsOf, totalOf } from './concurrency.ts';
import { type Deployed as Declared, entryOf } from './deployed.ts';
import { assertWithinLimits } from './limits.ts';
import { isListener, logGroupOf, packagedRoles } from './roles.ts';
import { assertRouted } from './routes.ts';
import { assertNoPlacements, assertPublicWebhooks } from './settings.ts';
import {
  admitCustomers,
  type Customers,
  deadLetters,
  dropRepeatedDependencies,
  guardRoutes,
  hearReads,
  keepUndelivered,
  type Resources,
} from './template.ts';
import { zipOf } from './zip.ts';

interface Deployed extends Declared {
  role?: string;
  logs?: { readonly logGroup: string };
  disableLogs?: boolean;
  onError?: unknown;
  reservedConcurrency?: number;
  package?: { readonly artifact?: string };
  readonly environment?: Readonly<Record<string, unknown>>;
}

interface Osls {
  readonly serviceDir: string;
  readonly service: {
    readonly functions: Readonly<Record<string, Deployed>>;
    readonly provider: {
      readonly stage: string;
      readonly environment: Readonly<Record<string, unknown>> & { readonly MAIL_FROM: string };
      readonly compiledCloudFormationTemplate: { readonly Resources: Resources };
    };
    readonly custom: { readonly customers: Customers; readonly reservedConcurrency: string };
    readonly resources: { readonly Resources: Resources };
  };
  readonly configSchemaHandler: { defineFunctionProperties(provider: 'aws', schema: object): void };
  getProvider(name: 'aws'): { getAwsSdkV3Config(): Promise<object> };
}

class Packaging {
  readonly hooks: Record<string, () => Promise<void>>;

  constructor(osls: Osls, options: { readonly param?: readonly string[] } = {}) {
    assertNoPlacements(options.param ?? []);
    osls.configSchemaHandler.defineFunctionProperties('aws', {
      properties: { rights: { type: 'array', items: { type: 'string' } } },
    });
    this.hooks = {
      'after:package:initialize': () => prepare(osls),
      'after:package:compileEvents': async () => complete(osls),
      // Only then does the template have the resources of `serverless.yml` and `resources/`.
      'after:aws:package:finalize:stripNullPropsFromTemplateResources': async () =>
        assertWithinLimits(osls.service.provider.compiledCloudFormationTemplate),
      'before:deploy:deploy': () => requireQuota(osls),
    };
  }
}

/** Set by `local-template.ts`: the local cloud runs the template, and the functions from their sources. */
const isTemplateOnly = process.env.LATCHKEY_PACKAGE === 'template';

/** Runs before osls creates roles and log groups, since it creates its own for functions without one. */
async function prepare({ serviceDir, service }: Osls): Promise<void> {
  const { functions, provider, resources } = service;
  assertPublicWebhooks([provider.environment, ...Object.values(functions).map(({ environment }) => environment)]);
  const entries = Object.entries(functions).map(([key, settings]) => entryOf(key, settings));
  const roles = packagedRoles(functions, { stage: provider.stage, mailFrom: provider.environment.MAIL_FROM });
  Object.assign(resources.Resources, roles.resources);
  admitCustomers(resources.Resources, service.custom.customers);
  const bundles = isTemplateOnly ? new Map() : await bundleAll(serviceDir, entries);
  await mkdir(join(serviceDir, '.serverless'), { recursive: true });
  for (const { key, path } of entries) {
    const artifact = join(serviceDir, '.serverless', `${key}.zip`);
    await writeFile(artifact, await zipOf({ [`${path}.mjs`]: bundles.get(key)?.code ?? Buffer.alloc(0) }));
    const settings = functions[key];
    const role = roles.roleOf.get(key);
    if (!settings || !role) throw new Error(`There is no role for ${key}`);
    Object.assign(settings, {
      role,
      logs: { logGroup: logGroupOf(settings.handler, provider.stage) },
      disableLogs: true,
      package: { ...settings.package, artifact },
    });
    if (isListener(settings.handler)) settings.onError = deadLetters;
  }
  for (const [key, reserved] of reservationsOf(Object.keys(functions), service.custom.reservedConcurrency))
    Object.assign(functions[key] ?? {}, { reservedConcurrency: reserved });
}

async function requireQuota(osls: Osls): Promise<void> {
  const { functions, custom } = osls.service;
  const reserved = totalOf(reservationsOf(Object.keys(functions), custom.reservedConcurrency));
  await requireConcurrency(reserved, await osls.getProvider('aws').getAwsSdkV3Config());
}

function complete({ service }: Osls): void {
  const { Resources } = service.provider.compiledCloudFormationTemplate;
  guardRoutes(Resources);
  assertRouted(Resources);
  hearReads(Resources);
  keepUndelivered(Resources);
  dropRepeatedDependencies(Resources);
}

// biome-ignore lint/style/noDefaultExport: osls takes a plugin's constructor from there.
export default Packaging;
