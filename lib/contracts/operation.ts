/**
 * Declares an operation of the REST API once: its route, request, response and problems. Parsing, validation, types and
 * documentation follow from the declaration.
 */

import * as z from 'zod/mini';
import { idPattern, type Kind } from '#lib/model/ids.ts';
import type { Code } from '#lib/model/problem.ts';
import type { TeamRequest } from '#lib/model/request.ts';
import { lazily, lazyStrictObject } from '#lib/model/schema.ts';
import type { Caller, Scope } from '#lib/model/team.ts';

/** A name or an id in a path or a body. */
export const nameOrId = lazily(() =>
  z
    .string()
    .check(z.maxLength(80), z.regex(/^[A-Za-z0-9_-]{1,80}$/, 'Letters, digits, dashes and underscores, 1 to 80')),
);

/** An id, such as `ses_…` of a session. */
export const idOf = (kind: Kind, what: string) =>
  z
    .string()
    .check(
      z.maxLength(30),
      z.regex(idPattern(kind), `The id of a ${what} begins with ${kind}_`),
      z.describe(`The ${what}'s id`),
    );

type Shape = z.ZodMiniObject;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Operation<
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends z.ZodMiniType = z.ZodMiniType,
  A extends z.ZodMiniType = z.ZodMiniType,
> {
  readonly id: string;
  /** As `GET /v1/keys/{key}`, API Gateway's key of the route. */
  readonly route: `${Method} /${string}`;
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  /** `public` needs no token, though one may be sent. */
  readonly scope: 'public' | Scope;
  readonly params: P;
  readonly query: Q;
  /** Null: no body is read. */
  readonly body: B | null;
  readonly response: A;
  readonly status: 200 | 201 | 202 | 204;
  /** The member of the response that follows the path in `Location`. */
  readonly locatedBy: string | null;
  /** The path before that member, unless it is the operation's own. */
  readonly locatedUnder: string | null;
  /** Whether the response is an HTML page for `Accept: text/html`. */
  readonly page: boolean;
  /** Besides those that any request may meet, and `not_found` where the path names something. */
  readonly problems: readonly Code[];
}

const none = lazyStrictObject(() => ({}));
type None = ReturnType<typeof none>;

/** `database` of `/v1/databases/{database}`. */
type NamesIn<U extends string> = U extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type PathParams<U extends string> = z.ZodMiniObject<Record<NamesIn<U>, ReturnType<typeof nameOrId>>, z.core.$strict>;

type Schemas<P extends Shape, Q extends Shape, B extends z.ZodMiniType, A extends z.ZodMiniType> = Pick<
  Operation<P, Q, B, A>,
  'params' | 'query' | 'body' | 'response'
>;

/** The schemas are made at the first request for the operation. */
type Declared<P extends Shape, Q extends Shape, B extends z.ZodMiniType, A extends z.ZodMiniType> = Pick<
  Operation<P, Q, B, A>,
  'id' | 'summary' | 'scope'
> &
  Partial<Pick<Operation<P, Q, B, A>, 'status' | 'locatedBy' | 'locatedUnder' | 'page' | 'problems'>> & {
    readonly params?: () => P;
    readonly query?: () => Q;
    readonly body?: () => B;
    /** Absent for an operation that responds with 204. */
    readonly response?: () => A;
  };

/**
 * The route keeps its literal type, so that a table of routes is checked against its operations. A parameter of the
 * path is a name or an id unless `params` declares it.
 */
export const operation = <
  const R extends Operation['route'],
  A extends z.ZodMiniType = z.ZodMiniNull,
  P extends Shape = PathParams<R>,
  Q extends Shape = None,
  B extends z.ZodMiniType = None,
>({
  params,
  query,
  body,
  response,
  ...declared
}: Declared<P, Q, B, A> & { readonly route: R }): Operation<P, Q, B, A> & { readonly route: R } => {
  const [method, path] = declared.route.split(' ') as [Method, string];
  const schemas = lazily(
    (): Schemas<P, Q, B, A> => ({
      params: params?.() ?? (pathParams(path) as unknown as P),
      query: query?.() ?? (none() as unknown as Q),
      body: body?.() ?? null,
      response: response?.() ?? (z.null() as unknown as A),
    }),
  );
  return {
    status: response ? 200 : 204,
    locatedBy: null,
    locatedUnder: null,
    page: false,
    problems: [],
    method,
    path,
    ...declared,
    get params() {
      return schemas().params;
    },
    get query() {
      return schemas().query;
    },
    get body() {
      return schemas().body;
    },
    get response() {
      return schemas().response;
    },
  };
};

/** The parameters of a path. */
export const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name]) => name ?? []);

/** How a path names what it is about; everything else is named by its id. */
const pathParam: Readonly<Record<string, () => z.ZodMiniType<string, string>>> = {
  app: () => nameOrId().check(z.describe('Name or id')),
  attachment: () => nameOrId().check(z.describe('The name on the app, as in `REDIS`')),
  contact: () => idOf('con', 'contact'),
  database: () => nameOrId().check(z.describe('Name or id')),
  recipient: () => idOf('rcp', 'recipient'),
  session: () => idOf('ses', 'session'),
  team: () => nameOrId().check(z.describe('Name or id')),
  token: () => idOf('tok', 'token'),
};

const pathParams = (path: string) =>
  z.strictObject(
    Object.fromEntries(
      namesIn(path).map((name) => [name, pathParam[name]?.() ?? nameOrId().check(z.describe(`The ${name}'s id`))]),
    ),
  );

/** The caller's context; `caller` is null for a public operation without a token. */
export interface CallerContext extends TeamRequest {
  readonly caller: Caller | null;
}

/**
 * The request of an operation: path, query and body in one record, with the caller's context. The query is also a
 * member, for names that path and query share.
 */
export type RequestOf<O> =
  O extends Operation<infer P, infer Q, infer B, z.ZodMiniType>
    ? z.infer<P> & z.infer<Q> & z.infer<B> & CallerContext & { readonly query: z.infer<Q> }
    : never;
export type ResponseOf<O> = O extends Operation<Shape, Shape, z.ZodMiniType, infer A> ? z.infer<A> : never;

/** RFC 5321, section 4.5.3.1: a local part has at most 64 octets, and a path 256 with its angle brackets. */
export const email = lazily(() =>
  z.email().check(z.maxLength(254), z.regex(/^(?![^@]{65})/, 'At most 64 characters come before the @ of an address')),
);

export const time = lazily(() => z.iso.datetime().check(z.describe('UTC')));

/** A time in a request. Bounded, because RFC 3339 allows any number of digits after the second. */
export const instant = lazily(() =>
  z.iso.datetime({ offset: true, error: 'Write a time as in 2026-11-24T11:00:00Z' }).check(z.maxLength(40)),
);
export const instantInUtc = lazily(() => z.iso.datetime().check(z.maxLength(40)));

/** Visible ASCII. */
export const idempotencyKeyPattern = /^[\x21-\x7e]{1,255}$/;

export const pageQuery = lazyStrictObject(() => ({
  limit: z
    ._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50)
    .check(z.describe('Items per page')),
  cursor: z
    .optional(z.string().check(z.regex(/^[\w-]*$/, 'Unknown cursor'), z.maxLength(400)))
    .check(z.describe('The `cursor` of the previous page')),
}));

export const pageOf = <T extends z.ZodMiniType>(item: T) =>
  z.object({
    items: z.array(item),
    cursor: z.nullable(z.string()).check(z.describe('The cursor of the next page; null on the last page')),
  });
