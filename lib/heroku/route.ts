/** What a route of the Heroku CLI's API is given and answers. */
import type * as z from 'zod/mini';
import type { Actor } from '#lib/model/entry.ts';
import type { Caller, Scope } from '#lib/model/team.ts';

export interface HerokuRequest<B> {
  readonly teamId: string;
  readonly actor: Actor;
  readonly caller: Caller;
  /** A part of the path, by its name in the route. */
  readonly path: (name: string) => string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The `Range` header, which says how much of a list is wanted. */
  readonly range: string | null;
  readonly body: B;
}

export interface Answer {
  readonly body: unknown;
  /** 200 unless set. */
  readonly status?: number;
  /** The CLI prints it as `›   Warning: …`. */
  readonly warning?: string | null;
}

export interface Route {
  readonly scope: Scope;
  /** Null: no body is read. */
  readonly body: z.ZodMiniType | null;
  readonly work: (request: HerokuRequest<unknown>) => Promise<Answer>;
}
export type Routes = Readonly<Record<string, Route>>;

export const reading = (work: (request: HerokuRequest<unknown>) => Promise<Answer>): Route => ({
  scope: 'read',
  body: null,
  work,
});

/** Needs the scope `write`: it changes something, or shows a secret. */
export const acting = (work: (request: HerokuRequest<unknown>) => Promise<Answer>): Route => ({
  scope: 'write',
  body: null,
  work,
});

export const writing = <B extends z.ZodMiniType>(
  body: B,
  work: (request: HerokuRequest<z.infer<B>>) => Promise<Answer>,
): Route => ({
  scope: 'write',
  body,
  work: work as Route['work'],
});

/** A search that comes as a POST. */
export const asking = <B extends z.ZodMiniType>(
  body: B,
  work: (request: HerokuRequest<z.infer<B>>) => Promise<Answer>,
): Route => ({
  ...writing(body, work),
  scope: 'read',
});
