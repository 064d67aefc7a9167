/** The drills of a key, and starting one: what it will do and occupy is said before. */
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { call, change } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { Drill, DrillEstimate, Page } from '../api/types.ts';
import { Action, useChange } from '../components/actions.tsx';
import { DrillList } from '../components/drills.tsx';
import { Empty, Loaded, ProblemNote } from '../components/feedback.tsx';
import { Section } from '../components/layout.tsx';
import { estimateText, isRunning } from '../view-models/drills.ts';

const few = 3;

export function DrillsSection({ keyId }: { readonly keyId: string }) {
  const poll = usePoll(`drills ${keyId}`, {
    read: async (signal) =>
      (await call<Page<Drill>>(`/v1/drills?limit=50&key=${encodeURIComponent(keyId)}`, { signal })).items,
    isActive: (drills) => drills.some(isRunning),
  });
  return (
    <Section title="Drills" aside={<a href="/console/drills">all drills</a>}>
      <Loaded poll={poll}>
        {(drills) =>
          drills.length === 0 ? (
            <Empty title="No drill yet">
              <p>
                A drill proves that turning the key off works: it forks a database, locks the fork out, restores it and
                compares the data. Nothing that serves is touched.
              </p>
            </Empty>
          ) : (
            <DrillList drills={drills.slice(0, few)} />
          )
        }
      </Loaded>
      {holds('write') ? <NewDrill keyId={keyId} /> : null}
    </Section>
  );
}

type Body = { readonly mode: 'simulated' } | { readonly mode: 'real'; readonly drillKey: string };

function NewDrill({ keyId }: { readonly keyId: string }) {
  const { route } = useLocation();
  const drillKey = useSignal('');
  const estimate = useSignal<DrillEstimate | null>(null);
  const path = `/v1/keys/${keyId}/drills`;
  const body = (): Body => {
    const arn = drillKey.value.trim();
    return arn ? { mode: 'real', drillKey: arn } : { mode: 'simulated' };
  };
  const { busy, problem, submit } = useChange(async () => {
    estimate.value = null;
    estimate.value = await change<DrillEstimate>(`${path}/estimate`, 'POST', body());
  });
  const start = async () => route(`/console/drills/${(await change<Drill>(path, 'POST', body())).id}`);
  return (
    <>
      <form class="inline" onSubmit={submit}>
        <label for="drill-key">Drill key, for a real drill</label>
        <input
          id="drill-key"
          class="wide"
          placeholder="empty: simulated, under this key"
          autocomplete="off"
          spellcheck={false}
          value={drillKey.value}
          onInput={(e) => {
            drillKey.value = e.currentTarget.value;
            estimate.value = null;
          }}
        />
        <button type="submit" aria-busy={busy.value}>
          Plan a drill
        </button>
      </form>
      {problem.value ? <ProblemNote problem={problem.value} /> : null}
      {estimate.value ? (
        <div class="note green" role="status">
          <p>{estimateText(estimate.value)}</p>
          <p>
            <Action label="Start the drill" busyLabel="Starting …" kind="primary" work={start} />
          </p>
        </div>
      ) : null}
    </>
  );
}
