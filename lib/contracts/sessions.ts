/** Sessions of people in browsers: signing in with a token or a one-time code, renewing by a cookie, signing out. */
import * as z from 'zod/mini';
import { type Infer, lazily, lazyObject } from '#lib/model/schema.ts';
import { accessSeconds, codeSeconds, idleSeconds, longestSeconds, type Session } from '#lib/model/session.ts';
import { scopes, type Team } from '#lib/model/team.ts';
import { operation, pageOf, pageQuery, time } from './operation.ts';
import { printable } from './text.ts';

const SessionView = lazyObject(() => ({
  id: z.string(),
  team: z.object({ id: z.string(), name: z.string() }),
  person: z.string().check(z.describe("The email of the token's holder, or the token's name")),
  scopes: z.array(z.enum(scopes)),
  userAgent: z.nullable(z.string()).check(z.describe('The client that signed in, as it names itself')),
  createdAt: time(),
  lastUsedAt: time().check(z.describe('The last renewal, or the sign-in')),
  endsAt: time().check(z.describe(`${longestSeconds / 3600} hours after the sign-in, or when its token expires`)),
  isCurrent: z.boolean().check(z.describe('Whether the request came with this session')),
}));

interface SessionContext {
  readonly team: Team;
  /** Of the request. */
  readonly currentId: string | null;
}

export const sessionView = (session: Session, { team, currentId }: SessionContext): Infer<typeof SessionView> => ({
  id: session.id,
  team: { id: team.id, name: team.name },
  person: session.person,
  scopes: [...session.scopes],
  userAgent: session.userAgent,
  createdAt: session.createdAt,
  lastUsedAt: session.renewedAt,
  endsAt: session.endsAt,
  isCurrent: session.id === currentId,
});

const StartedView = lazyObject(() => ({
  accessToken: z.string().check(z.describe('For `Authorization: Bearer`; keep it in memory only')),
  expiresIn: z.int().check(z.describe(`Seconds; ${accessSeconds / 60} minutes, unless the session ends before`)),
  idlePollSeconds: z
    .number()
    .check(
      z.describe('How often a client that watches should read while no lockout and no other change is in progress'),
    ),
  session: SessionView(),
}));

const secret = lazily(() => printable({ max: 200 }));
const cookie =
  'Sets `__Host-latchkey` (HttpOnly, Secure, SameSite=Strict), which POST /v1/sessions/renewal needs from then on';

export const StartSession = operation({
  id: 'startSession',
  route: 'POST /v1/sessions',
  summary: `Signs in with a token or a one-time code. ${cookie}`,
  scope: 'public',
  body: () =>
    z
      .strictObject({
        token: z.optional(secret()).check(z.describe('An API token')),
        code: z.optional(secret()).check(z.describe('From POST /v1/sessions/codes; it works once')),
      })
      .check(
        z.refine(({ token, code }) => (token === undefined) !== (code === undefined), {
          path: ['token'],
          message: 'Give `token` or `code`, and not both',
        }),
        z.meta({
          oneOf: [
            { required: ['token'], properties: { token: {} } },
            { required: ['code'], properties: { code: {} } },
          ],
        }),
      ),
  response: StartedView,
  status: 201,
  problems: ['unauthenticated'],
});

export const RenewSession = operation({
  id: 'renewSession',
  route: 'POST /v1/sessions/renewal',
  summary:
    "Returns the next access token for a session's cookie, and replaces the cookie. The session ends after " +
    `${idleSeconds / 60} minutes without a renewal. Requires the Origin of the API itself`,
  scope: 'public',
  response: StartedView,
  problems: ['unauthenticated', 'forbidden'],
});

export const GetSession = operation({
  id: 'getSession',
  route: 'GET /v1/sessions/current',
  summary: 'The session of the request; `not_found` for an API token',
  scope: 'read',
  response: SessionView,
  problems: ['not_found'],
});

export const EndCurrentSession = operation({
  id: 'endCurrentSession',
  route: 'DELETE /v1/sessions/current',
  summary: 'Signs out: the cookie is invalid at once, and the access tokens within a minute',
  scope: 'read',
  problems: ['not_found'],
});

export const ListSessions = operation({
  id: 'listSessions',
  route: 'GET /v1/sessions',
  summary: "The open sessions of the caller's token, newest first",
  scope: 'read',
  query: pageQuery,
  response: () => pageOf(SessionView()),
});

export const EndSession = operation({
  id: 'endSession',
  route: 'POST /v1/sessions/{session}/revocation',
  summary: "Ends a session of the caller's token, as signing out in that session does",
  scope: 'read',
});

export const CreateSignInCode = operation({
  id: 'createSignInCode',
  route: 'POST /v1/sessions/codes',
  summary:
    `Makes a one-time code that signs in with the caller's token within ${codeSeconds / 60} minutes, for a ` +
    'sign-in link: /console/#code=<code>',
  scope: 'read',
  response: () => z.object({ code: z.string(), expiresAt: time() }),
  status: 201,
});
