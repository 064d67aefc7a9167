/** All drills of the team. */
import { call } from '../api/call.ts';
import { useOlder } from '../api/pages.ts';
import { usePoll } from '../api/poll.ts';
import type { Drill, Page } from '../api/types.ts';
import { Action } from '../components/actions.tsx';
import { DrillList } from '../components/drills.tsx';
import { Empty, Loaded } from '../components/feedback.tsx';
import { Screen } from '../components/layout.tsx';
import { isRunning } from '../view-models/drills.ts';

const read = (signal: AbortSignal): Promise<Page<Drill>> => call<Page<Drill>>('/v1/drills?limit=50', { signal });

export function DrillsScreen() {
  const poll = usePoll('all drills', { read, isActive: ({ items }) => items.some(isRunning) });
  return (
    <Screen title="Drills">
      <Loaded poll={poll}>{(latest) => (latest.items.length === 0 ? <NoDrills /> : <Drills latest={latest} />)}</Loaded>
    </Screen>
  );
}

const NoDrills = () => (
  <Empty title="No drill yet">
    <p>
      A drill rehearses the revocation of a key with a fork that no app sees. Start one on the page of a key:{' '}
      <a href="/console">all keys</a>
    </p>
  </Empty>
);

function Drills({ latest }: { readonly latest: Page<Drill> }) {
  const { items, isOver, readOlder } = useOlder('/v1/drills', latest);
  return (
    <>
      <DrillList drills={items} />
      {isOver ? null : <Action label="Older drills" busyLabel="Reading …" work={readOlder} />}
    </>
  );
}
