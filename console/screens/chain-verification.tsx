/** Verifies the whole chain of the team: every entry is read, and its hash computed in this browser. */
import { useSignal } from '@preact/signals';
import { call } from '../api/call.ts';
import { Failure } from '../api/http.ts';
import type { Entry, Page, TimelineVerification } from '../api/types.ts';
import { type ChainState, isComplete, startOfVerification, verifyPage } from '../view-models/chain.ts';
import { count } from '../view-models/names.ts';
import type { Problem } from '../view-models/problem.ts';

type Verification =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly state: ChainState }
  | { readonly kind: 'done'; readonly state: ChainState; readonly byServer: TimelineVerification | null }
  | { readonly kind: 'failed'; readonly problem: Problem };

async function verify(note: (state: ChainState) => void): Promise<ChainState> {
  let state = startOfVerification;
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: Page<Entry> = await readPage(`/v1/timeline?limit=100${query}`);
    state = await verifyPage(state, page.items);
    note(state);
    cursor = page.cursor;
  } while (cursor !== null && !state.fault);
  return state;
}

/** A long chain takes many requests, so a rate limit is waited for. */
async function readPage(path: string): Promise<Page<Entry>> {
  for (;;) {
    try {
      return await call<Page<Entry>>(path);
    } catch (error) {
      if (!(error instanceof Failure) || error.problem.status !== 429) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * (error.retryAfter ?? 1)));
    }
  }
}

/** What the server says of the end of the chain: nothing newer, and the last signed checkpoint. */
const serverSide = (head: ChainState['head']): Promise<TimelineVerification> =>
  call<TimelineVerification>(`/v1/timeline/verification${head ? `?from=${head.seq}-${head.hash}` : ''}`);

export function ChainVerification() {
  const shown = useSignal<Verification>({ kind: 'idle' });
  const run = async () => {
    shown.value = { kind: 'running', state: startOfVerification };
    try {
      const state = await verify((partial) => (shown.value = { kind: 'running', state: partial }));
      shown.value = { kind: 'done', state, byServer: isComplete(state) ? await serverSide(state.head) : null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      shown.value = { kind: 'failed', problem: error.problem };
    }
  };
  return (
    <span class="verification" role="status">
      <Outcome verification={shown.value} />
      <button type="button" class="small" aria-busy={shown.value.kind === 'running'} onClick={() => void run()}>
        Verify the chain
      </button>
    </span>
  );
}

function Outcome({ verification }: { readonly verification: Verification }) {
  if (verification.kind === 'idle') return null;
  if (verification.kind === 'failed') return <span class="red-text">{verification.problem.title}</span>;
  const { state } = verification;
  if (verification.kind === 'running') return <span>{count(state.verified, 'entry', 'entries')} verified …</span>;
  if (state.fault)
    return (
      <span class="red-text">
        Entry {state.fault.seq} is {state.fault.reason}
      </span>
    );
  const isIntact = isComplete(state) && verification.byServer?.intact === true;
  return isIntact ? (
    <span class="green-text">
      ✓ {count(state.verified, 'entry', 'entries')} verified in this browser, head {state.head?.hash.slice(0, 8)}
    </span>
  ) : (
    <span class="red-text">The chain does not reach its first entry</span>
  );
}
