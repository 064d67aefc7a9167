/** Request, response and route of the API for the Heroku CLI. */

import type * as z from 'zod/mini';
import type { TeamRequest } from '#lib/model/request.ts';
import type { Caller, Scope } from '#lib/model/team.ts';

export interface HerokuRequest<B = unknown> extends TeamRequest {
  readonly caller: Caller;
  /** A path parameter by its name in the route. */
  readonly path: (name: string) => string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The `Range` header, which limits a list. */
  readonly range: string | null;
  readonly body: B;
}

export interface HerokuResponse {
  readonly body: unknown;
  /** 200 unless set. */
  readonly status?: number;
  /** The CLI prints it as `›   Warning: …`. */
  readonly warning?: string | null;
}

type Operation<B = unknown> = (request: HerokuRequest<B>) => Promise<HerokuResponse>;

export interface Route {
  readonly scope: Scope;
  /** Null if no body is read. */
  readonly body: (() => z.ZodMiniType) | null;
  readonly operation: Operation;
}
export type Routes = Readonly<Record<string, Route>>;

export const readRoute = (operation: Operation): Route => ({ scope: 'read', body: null, operation });

/** Needs the scope `write`, because it changes something or returns a secret. */
export const actionRoute = (operation: Operation): Route => ({ scope: 'write', body: null, operation });

export const writeRoute = <B extends z.ZodMiniType>(body: () => B, operation: Operation<z.infer<B>>): Route => ({
  scope: 'write',
  body,
  operation: operation as Operation,
});

/** A read that the CLI sends as a POST. */
export const searchRoute = <B extends z.ZodMiniType>(body: () => B, operation: Operation<z.infer<B>>): Route => ({
  ...writeRoute(body, operation),
  scope: 'read',
});
