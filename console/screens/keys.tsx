/** The overview: what needs a person first, then all keys. */
import { useSignal } from '@preact/signals';
import { callAll } from '../api/call.ts';
import { now, serverNow } from '../api/clock.ts';
import { usePoll } from '../api/poll.ts';
import type { Key, Lockout } from '../api/types.ts';
import { Concerns } from '../components/concerns.tsx';
import { Empty, Loaded } from '../components/feedback.tsx';
import { Screen, Section } from '../components/layout.tsx';
import { Badge, Command, Foreign } from '../components/text.tsx';
import { type Concern, concerns } from '../view-models/concerns.ts';
import { type KeyRow, keyRows, matching, tally } from '../view-models/key-row.ts';
import { arnParts, count } from '../view-models/names.ts';
import { countdown } from '../view-models/time.ts';

interface Overview {
  readonly rows: readonly KeyRow[];
  readonly concerns: readonly Concern[];
}

async function read(signal: AbortSignal): Promise<Overview> {
  const keys = await callAll<Key>('/v1/keys', signal);
  const isLockedOut = keys.some(({ lockout }) => lockout !== null);
  const lockouts = isLockedOut ? await openLockouts(signal) : [];
  return { rows: keyRows(keys, lockouts), concerns: concerns(keys, lockouts, serverNow()) };
}

const openLockouts = (signal: AbortSignal): Promise<Lockout[]> => callAll<Lockout>('/v1/lockouts', signal);

export function KeysScreen() {
  const poll = usePoll('keys', { read, isActive: ({ rows }) => rows.some(({ isLockedOut }) => isLockedOut) });
  return (
    <Screen
      title="Keys"
      aside={
        <a class="button primary" href="/console/register">
          Register a key
        </a>
      }
    >
      <Loaded poll={poll}>{(overview) => (overview.rows.length === 0 ? <NoKeys /> : <Keys {...overview} />)}</Loaded>
    </Screen>
  );
}

/** As docs/customers.md has it. */
const deployKey = [
  'curl -sS -H "Authorization: Bearer $LATCHKEY_TOKEN" $LATCHKEY_URL/v1/onboarding-template > latchkey.json',
  'aws cloudformation deploy --stack-name latchkey-key --template-file latchkey.json --capabilities CAPABILITY_IAM',
].join('\n');

const NoKeys = () => (
  <Empty title="No key is registered yet">
    <p>
      Latchkey encrypts databases under a KMS key in your own AWS account. A person who may disable that key can stop
      every database under it, and bring it back.
    </p>
    <p>
      <a href="/console/register">Register the first key</a>: it takes a key policy, two commands and a minute. Or
      deploy the key with CloudFormation, in the account that is to own it:
    </p>
    <Command text={deployKey} what="the commands that create a key with CloudFormation" />
  </Empty>
);

/** Above this number of keys there is a filter, and rows are rendered in parts. */
const many = 12;
const part = 100;

function Keys({ rows, concerns: found }: Overview) {
  const { keys, waiting, degraded, stopped, restoring } = tally(rows);
  const summary = [
    count(keys, 'key'),
    `${waiting} waiting`,
    `${stopped} stopped`,
    ...(degraded ? [`${degraded} degraded`] : []),
    ...(restoring ? [`${restoring} restoring`] : []),
  ];
  return (
    <>
      <p class="lead" role="status">
        {summary.join(' · ')}
      </p>
      {found.length > 0 ? <Concerns concerns={found} /> : <p class="note green">Nothing needs a person.</p>}
      <Section title="All keys">
        <KeyList rows={rows} />
      </Section>
    </>
  );
}

function KeyList({ rows }: { readonly rows: readonly KeyRow[] }) {
  const filter = useSignal('');
  const shown = useSignal(part);
  const found = matching(rows, filter.value);
  return (
    <>
      {rows.length > many ? (
        <p class="filter">
          <label for="filter">Find a key</label>
          <input
            id="filter"
            type="search"
            value={filter.value}
            onInput={(e) => (filter.value = e.currentTarget.value)}
          />
        </p>
      ) : null}
      <ul class="rows keys">
        {found.slice(0, shown.value).map((row) => (
          <KeyLine key={row.id} row={row} />
        ))}
      </ul>
      {found.length === 0 ? <p>No key has this text in its name, id, account or state.</p> : null}
      {found.length > shown.value ? (
        <button type="button" onClick={() => (shown.value += part)}>
          Show {Math.min(part, found.length - shown.value)} more of {found.length}
        </button>
      ) : null}
    </>
  );
}

const KeyLine = ({ row }: { readonly row: KeyRow }) => (
  <li class={row.tone}>
    <Badge tone={row.tone}>{row.state}</Badge>
    <span class="name">
      <a href={`/console/keys/${row.id}`}>
        <Foreign text={row.name} most={80} />
      </a>
      <small>
        account {arnParts(row.arn).account}, {arnParts(row.arn).region}
      </small>
    </span>
    <span class="number">{count(row.databases, 'database')}</span>
    <span class="end">{row.stopsAt ? <StopsIn until={row.stopsAt} /> : <Ready readiness={row.readiness} />}</span>
  </li>
);

const StopsIn = ({ until }: { readonly until: string }) => (
  <>
    stops in <strong class="digits">{countdown(Date.parse(until) - now.value)}</strong>
  </>
);

const Ready = ({ readiness: [tone, word] }: Pick<KeyRow, 'readiness'>) => <Badge tone={tone}>{word}</Badge>;
