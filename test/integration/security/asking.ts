/** Every deployed route, asked as seven callers; what each may learn is the test's business. */
import type { Platform } from '#test/support/cloud.ts';

export type Who = 'nobody' | 'garbage' | 'revoked' | 'reader' | 'writer' | 'admin' | 'stranger';

/** As in `GET /v1/keys/{key}`, from the template that is deployed; without the one for what no route takes. */
export const routesOf = ({ cloud }: Platform): string[] =>
  cloud.stack.functions.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.kind === 'http' && event.path !== '$default' ? [`${event.method.toUpperCase()} ${event.path}`] : [],
    ),
  );

/** A token of each kind; the stranger is the admin of another team. */
export async function callersOf({ ask, tokens }: Platform): Promise<Record<Who, string | null>> {
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

/** The route with its parameters filled in; what has no value here is something that nobody has. */
export const filled = (route: string, values: Readonly<Record<string, string>> = {}): string =>
  route.replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => values[name] ?? '00000000-0000-4000-8000-000000000000');

/** A client of the Heroku CLI's API says which version it speaks; an empty record is a body that says nothing. */
export const bodyFor = (route: string): { body?: object } => (/^(POST|PATCH)/.test(route) ? { body: {} } : {});
