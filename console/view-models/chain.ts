/**
 * Verifies the team's chain of hashes in the browser (WebCrypto), over the entries as the API exports them. The server
 * is not trusted with the result: every hash is computed here (docs/evidence.md has the format).
 */
import type { Entry } from '../api/types.ts';

/** JSON with sorted keys and without blanks: what an entry's hash is of. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 in hex over the entry without its hash. */
export async function entryHash({ hash: _, ...entry }: Entry): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(entry)));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const firstHash = '0'.repeat(64);

export interface ChainState {
  /** Entries that were verified. */
  readonly verified: number;
  /** The newest entry, from where the verification began; null before the first page. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** What the next older entry must be. */
  readonly next: { readonly seq: number; readonly hash: string } | null;
  readonly fault: { readonly seq: number; readonly reason: 'missing' | 'changed' | 'not linked' } | null;
}

export const startOfVerification: ChainState = { verified: 0, head: null, next: null, fault: null };

export const isComplete = ({ next, fault, head }: ChainState): boolean =>
  fault === null && head !== null && next?.seq === 0;

/** Continues over the next page of entries, newest first. The first fault ends it. */
export async function verifyPage(state: ChainState, entries: readonly Entry[]): Promise<ChainState> {
  let current = state;
  for (const entry of entries) {
    if (current.fault) return current;
    current = await verifyEntry(current, entry);
  }
  return current;
}

async function verifyEntry(state: ChainState, entry: Entry): Promise<ChainState> {
  const reason = await faultOf(state, entry);
  if (reason) return { ...state, fault: { seq: reason === 'missing' ? (state.next?.seq ?? 0) : entry.seq, reason } };
  return {
    verified: state.verified + 1,
    head: state.head ?? { seq: entry.seq, hash: entry.hash },
    next: { seq: entry.seq - 1, hash: entry.previousHash },
    fault: null,
  };
}

async function faultOf({ next }: ChainState, entry: Entry) {
  if (next && entry.seq !== next.seq) return 'missing' as const;
  if (next && entry.hash !== next.hash) return 'not linked' as const;
  if (entry.seq === 1 && entry.previousHash !== firstHash) return 'not linked' as const;
  return (await entryHash(entry)) === entry.hash ? null : ('changed' as const);
}
