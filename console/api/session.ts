/**
 * The session of the person in this browser. The cookie that renews it is out of this code's reach (HttpOnly); the
 * access token is in memory, and every tab renews its own. Signing out in one tab signs all tabs out.
 */
import { signal } from '@preact/signals';
import type { Problem } from '../view-models/problem.ts';
import { Failure, holdAccessToken, jsonOf, request } from './http.ts';
import type { Session, StartedSession } from './types.ts';

export type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signed-out'; readonly reason: string | null; readonly problem: Problem | null }
  | { readonly kind: 'signed-in'; readonly session: Session };

export const session = signal<SessionState>({ kind: 'starting' });

/** Between two reads of an idle page. On the local cloud less than 30, since time passes faster there. */
export const idleSeconds = signal<number | null>(null);

const channel = new BroadcastChannel('latchkey-session');
let renewal: ReturnType<typeof setTimeout> | undefined;

/** Of the access token's life, after which it is renewed. */
const renewAt = 0.8;

function begin({ accessToken, expiresIn, idlePollSeconds, session: its }: StartedSession): void {
  holdAccessToken(accessToken);
  idleSeconds.value = idlePollSeconds;
  clearTimeout(renewal);
  renewal = setTimeout(() => void renewWhenVisible(), expiresIn * 1000 * renewAt);
  session.value = { kind: 'signed-in', session: its };
}

function end(reason: string | null, problem: Problem | null = null): void {
  holdAccessToken(null);
  clearTimeout(renewal);
  session.value = { kind: 'signed-out', reason, problem };
}

/** A hidden page lets the session run out, as an idle person does. */
async function renewWhenVisible(): Promise<void> {
  if (document.visibilityState === 'visible') await renew();
}

let pending: Promise<boolean> | null = null;

/** Whether there is a session now. Requests that fail at once share one renewal. */
export function renew(): Promise<boolean> {
  pending ??= renewOnce().finally(() => {
    pending = null;
  });
  return pending;
}

async function renewOnce(): Promise<boolean> {
  const wasSignedIn = session.value.kind === 'signed-in';
  try {
    begin(await jsonOf<StartedSession>(await request('/v1/sessions/renewal', { method: 'POST' })));
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.problem.status !== 401) throw error;
    end(wasSignedIn ? 'Your session ended. Sign in again to go on.' : null);
    return false;
  }
}

/** Throws `Failure` for a token or a code that opens nothing. */
export async function signIn(credential: { readonly token: string } | { readonly code: string }): Promise<void> {
  holdAccessToken(null);
  begin(await jsonOf<StartedSession>(await request('/v1/sessions', { method: 'POST', body: credential })));
  channel.postMessage('signed-in');
}

/**
 * With an access token that expired, the session is renewed to be ended. Throws `Failure` if the API cannot be reached.
 */
export async function signOut(): Promise<void> {
  const endSession = () => request('/v1/sessions/current', { method: 'DELETE' });
  try {
    await endSession();
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.status !== 401) throw error;
    if (await renew()) await endSession();
  }
  end(null);
  channel.postMessage('signed-out');
}

/** The one-time code of a sign-in link. It leaves the address bar and the history before anything is sent. */
function takeCode(): string | null {
  const code = /^#code=([\w.-]{1,200})$/.exec(location.hash)?.[1] ?? null;
  if (location.hash.startsWith('#code=')) history.replaceState(null, '', location.pathname + location.search);
  return code;
}

export async function startSession(): Promise<void> {
  channel.onmessage = ({ data }) => {
    if (data === 'signed-out') end('You signed out in another tab.');
    if (data === 'signed-in') void renew().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', () => {
    const isBack = document.visibilityState === 'visible' && session.value.kind === 'signed-in';
    if (isBack) void renew().catch(() => undefined);
  });
  // A link that is pasted into a tab with the console changes the fragment without loading the page.
  addEventListener('hashchange', () => {
    const pasted = takeCode();
    if (pasted !== null) void enterByLink(pasted);
  });
  const code = takeCode();
  if (code === null) await resume();
  else await enterByLink(code);
}

async function resume(): Promise<void> {
  try {
    await renew();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    end(null, error.problem);
  }
}

/** A link that was used already does not end the session that it began. */
async function enterByLink(code: string): Promise<void> {
  try {
    await signIn({ code });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await resume();
    if (session.value.kind === 'signed-out') end('This sign-in link was used already, or is too old.');
  }
}
