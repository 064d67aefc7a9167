/** Calls every deployed route as seven callers; the test decides what each may learn. */
import type { Platform } from '#test/support/cloud.ts';
import { declaredRoutes } from '#test/support/declared-routes.ts';

export type CallerKind = 'nobody' | 'garbage' | 'revoked' | 'reader' | 'writer' | 'admin' | 'stranger';

/** As in `GET /v1/keys/{key}`: what the functions' tables declare, and the deployed routes of functions without one. */
export const routesOf = ({ cloud }: Pick<Platform, 'cloud'>): string[] => {
  const declared = declaredRoutes();
  const others = cloud.stack.functions.filter(({ file }) => !declared.some((each) => each.file === file));
  const deployed = cloud.stack.api.routes.filter(({ functionArn }) => others.some(({ arn }) => arn === functionArn));
  return [...declared.map(({ route }) => route), ...deployed.map(({ method, path }) => `${method} ${path}`)];
};

/** A token of each kind; the stranger is the admin of another team. */
export async function callersOf({ ask, tokens }: Platform): Promise<Record<CallerKind, string | null>> {
  const make = async (body: object): Promise<{ id: string; token: string }> =>
    (
      await ask<{ id: string; token: string }>('POST /v1/tokens', {
        token: tokens.adminToken,
        body: { name: 'matrix', ...body },
      })
    ).body;
  const revoked = await make({ scopes: ['read', 'write', 'admin'] });
  await ask(`DELETE /v1/tokens/${revoked.id}`, { token: tokens.adminToken });
  return {
    nobody: null,
    garbage: 'latchkey_not-a-token',
    revoked: revoked.token,
    reader: (await make({ scopes: ['read'] })).token,
    writer: (await make({ scopes: ['write'] })).token,
    admin: (await make({ scopes: ['admin'] })).token,
    stranger: (await make({ scopes: ['read', 'write', 'admin'], team: 'stranger' })).token,
  };
}

/** The route with its parameters filled in; a parameter without a value gets a name that does not exist. */
export const filledPath = (route: string, values: Readonly<Record<string, string>> = {}): string =>
  route.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => values[name] ?? '00000000-0000-4000-8000-000000000000');

/** A client of the Heroku CLI's API sends its version; an empty record is an empty body. */
export const bodyFor = (route: string): { body?: object } => (/^(POST|PATCH)/.test(route) ? { body: {} } : {});
