/** One lockout: its states, how long each took, and the entries of the timeline that tell of it. */
import { useRoute } from 'preact-iso';
import { call } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import type { Entry, Key, Lockout, LockoutDetail, Page } from '../api/types.ts';
import { Loaded } from '../components/feedback.tsx';
import { Facts, Screen, Section } from '../components/layout.tsx';
import { Badge, Id, Time } from '../components/text.tsx';
import { causeSentence } from '../view-models/causes.ts';
import { keyName } from '../view-models/key-row.ts';
import { lockoutTimes } from '../view-models/lockout-times.ts';
import { duration } from '../view-models/time.ts';
import { lockoutTone, words } from '../view-models/tone.ts';
import { StatePanel } from './key-state.tsx';
import { isOpen } from './lockouts.tsx';
import { newest, TimelineSection } from './timeline-section.tsx';

interface LockoutScreenData {
  readonly lockout: LockoutDetail;
  readonly key: Key;
  readonly entries: readonly Entry[];
}

const readDetail =
  (id: string) =>
  async (signal: AbortSignal): Promise<LockoutScreenData> => {
    const lockout = await call<LockoutDetail>(`/v1/lockouts/${encodeURIComponent(id)}`, { signal });
    const [key, { items: entries }] = await Promise.all([
      call<Key>(`/v1/keys/${lockout.key.id}`, { signal }),
      call<Page<Entry>>(`/v1/timeline?lockout=${lockout.id}&limit=${newest}`, { signal }),
    ]);
    return { lockout, key, entries };
  };

export function LockoutScreen() {
  const { id = '' } = useRoute().params;
  return <LockoutById key={id} id={id} />;
}

function LockoutById({ id }: { readonly id: string }) {
  const poll = usePoll(`lockout ${id}`, { read: readDetail(id), isActive: ({ lockout }) => isOpen(lockout) });
  const detail = poll.state.value.data;
  const title = detail ? `Lockout of ${keyName(detail.key)}` : 'Lockout';
  return (
    <Screen title={title} eyebrow={<a href="/console/lockouts">Lockouts</a>}>
      <Loaded poll={poll}>
        {(loaded) => <LockoutPage detail={loaded} isStale={poll.state.value.problem !== null} />}
      </Loaded>
    </Screen>
  );
}

interface LockoutPageProps {
  readonly detail: LockoutScreenData;
  readonly isStale: boolean;
}

const LockoutPage = ({ detail: { lockout, key, entries }, isStale }: LockoutPageProps) => (
  <>
    {isOpen(lockout) ? (
      <StatePanel detail={{ key: { ...key, lockout: lockout.id }, lockout, entries }} isStale={isStale}>
        <a class="button" href={`/console/keys/${key.id}`}>
          See the key
        </a>
      </StatePanel>
    ) : (
      <Outcome lockout={lockout} />
    )}
    <Steps lockout={lockout} />
    <TimelineSection path="/v1/timeline" query={`lockout=${lockout.id}`} latest={entries} />
  </>
);

function Outcome({ lockout }: { readonly lockout: Lockout }) {
  const end = lockout.steps.at(-1)?.at ?? lockout.openedAt;
  return (
    <div class="state green">
      <p class="headline">
        {lockout.state === 'cancelled' ? 'Cancelled: nothing was touched' : 'Restored: everything serves again'}{' '}
        <Time iso={end} />
      </p>
      <p>
        {causeSentence(lockout.cause)}. It lasted {duration(Date.parse(end) - Date.parse(lockout.openedAt))}.{' '}
        <a href={`/console/keys/${lockout.key.id}`}>See the key</a>
      </p>
    </div>
  );
}

function Steps({ lockout }: { readonly lockout: Lockout }) {
  const { waitedMs, stopMs, outMs, restoreMs } = lockoutTimes(lockout);
  const length = (value: number | null) => (value === null ? 'not over, or did not happen' : duration(value));
  return (
    <Section title="States">
      <ol class="rows steps">
        {lockout.steps.map(({ state, at }) => (
          <li key={`${state} ${at}`}>
            <Badge tone={lockoutTone(state)}>{words(state)}</Badge>
            <span class="name">
              <Time iso={at} />
            </span>
          </li>
        ))}
      </ol>
      <Facts
        rows={[
          ['Waited', length(waitedMs)],
          ['Time to stop', length(stopMs)],
          ['Out of reach', length(outMs)],
          ['Time to restore', length(restoreMs)],
          ['Opened because', causeSentence(lockout.cause)],
          [
            'Key',
            <a key="key" href={`/console/keys/${lockout.key.id}`}>
              <Id text={lockout.key.arn} />
            </a>,
          ],
          ['Id', <Id key="id" text={lockout.id} />],
        ]}
      />
    </Section>
  );
}
