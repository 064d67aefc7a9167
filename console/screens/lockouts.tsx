/** Lockouts, live and past, with the time to stop and to restore. */
import { useSignal } from '@preact/signals';
import { callAll } from '../api/call.ts';
import { now } from '../api/clock.ts';
import { usePoll } from '../api/poll.ts';
import type { Key, Lockout } from '../api/types.ts';
import { LockoutBars } from '../components/charts.tsx';
import { Empty, Loaded } from '../components/feedback.tsx';
import { Screen, Section } from '../components/layout.tsx';
import { Badge, Command, Time } from '../components/text.tsx';
import { lockoutCause } from '../view-models/causes.ts';
import { keyNames } from '../view-models/key-row.ts';
import { lockoutChart, lockoutTimes } from '../view-models/lockout-times.ts';
import { count, shortArn } from '../view-models/names.ts';
import { countdown, duration } from '../view-models/time.ts';
import { lockoutTone, words } from '../view-models/tone.ts';

export const isOpen = ({ state }: Pick<Lockout, 'state'>): boolean => state !== 'restored' && state !== 'cancelled';

interface NamedLockout extends Lockout {
  readonly keyName: string;
}

async function read(signal: AbortSignal): Promise<NamedLockout[]> {
  const [lockouts, keys] = await Promise.all([
    callAll<Lockout>('/v1/lockouts', signal),
    callAll<Key>('/v1/keys', signal),
  ]);
  const names = keyNames(keys);
  return lockouts.map((lockout) => ({ ...lockout, keyName: names.get(lockout.key.id) ?? shortArn(lockout.key.arn) }));
}

export function LockoutsScreen() {
  const poll = usePoll('lockouts', { read, isActive: (lockouts) => lockouts.some(isOpen) });
  return (
    <Screen title="Lockouts">
      <Loaded poll={poll}>
        {(lockouts) => (lockouts.length === 0 ? <NoLockouts /> : <Lockouts lockouts={lockouts} />)}
      </Loaded>
    </Screen>
  );
}

const NoLockouts = () => (
  <Empty title="No key was ever unusable">
    <p>A lockout is one episode of a key being unusable. To see one, disable a key whose databases may stop:</p>
    <Command text="aws kms disable-key --key-id $KEY_ARN" what="the command that disables a key" />
    <p>
      Nothing is touched during the waiting period, so enabling the key again in time has no effect on the databases.
    </p>
  </Empty>
);

const part = 50;

function Lockouts({ lockouts }: { readonly lockouts: readonly NamedLockout[] }) {
  const shown = useSignal(part);
  const [open, over] = [lockouts.filter(isOpen), lockouts.filter((each) => !isOpen(each))];
  const chart = lockoutChart(lockouts);
  return (
    <>
      <p class="lead">
        {open.length} open · {over.length} past
      </p>
      {open.length > 0 ? (
        <Section title="Open">
          <List lockouts={open} />
        </Section>
      ) : null}
      {chart.bars.length > 0 ? (
        <Section title="Time to stop and to restore" aside={count(chart.bars.length, 'lockout')}>
          <LockoutBars {...chart} />
        </Section>
      ) : null}
      {over.length > 0 ? (
        <Section title="Past">
          <List lockouts={over.slice(0, shown.value)} />
          {over.length > shown.value ? (
            <button type="button" onClick={() => (shown.value += part)}>
              Show more of {over.length}
            </button>
          ) : null}
        </Section>
      ) : null}
    </>
  );
}

const List = ({ lockouts }: { readonly lockouts: readonly NamedLockout[] }) => (
  <ul class="rows">
    {lockouts.map((lockout) => (
      <li key={lockout.id} class={lockoutTone(lockout.state)}>
        <Badge tone={lockoutTone(lockout.state)}>{words(lockout.state)}</Badge>
        <span class="name">
          <a href={`/console/lockouts/${lockout.id}`}>{lockoutCause(lockout)}</a>
          <small>
            {lockout.drill ? 'rehearsed by a drill · ' : ''}key <bdi>{lockout.keyName}</bdi> · opened{' '}
            <Time iso={lockout.openedAt} />
          </small>
        </span>
        <span class="end">
          <Ending lockout={lockout} />
        </span>
      </li>
    ))}
  </ul>
);

function Ending({ lockout }: { readonly lockout: Lockout }) {
  if (lockout.state === 'waiting')
    return (
      <>
        stops in <strong class="digits">{countdown(Date.parse(lockout.deadline) - now.value)}</strong>
      </>
    );
  const { stopMs, restoreMs } = lockoutTimes(lockout);
  if (lockout.state === 'cancelled') return <span class="faint">nothing was touched</span>;
  return (
    <span class="faint">
      {stopMs === null ? '' : `stopped in ${duration(stopMs)}`}
      {restoreMs === null ? '' : `, restored in ${duration(restoreMs)}`}
    </span>
  );
}
