/** All databases of the team. */
import { useSignal } from '@preact/signals';
import { callAll } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import type { Database, Key } from '../api/types.ts';
import { Empty, Loaded } from '../components/feedback.tsx';
import { Screen } from '../components/layout.tsx';
import { Badge, PostCommand } from '../components/text.tsx';
import { type DatabaseRow, databaseRows } from '../view-models/database-row.ts';
import { keyNames } from '../view-models/key-row.ts';
import { count } from '../view-models/names.ts';

async function read(signal: AbortSignal): Promise<DatabaseRow[]> {
  const [databases, keys] = await Promise.all([
    callAll<Database>('/v1/databases', signal),
    callAll<Key>('/v1/keys', signal),
  ]);
  return databaseRows(databases, keyNames(keys));
}

export function DatabasesScreen() {
  const poll = usePoll('databases', { read, isActive: (rows) => rows.some(({ tone }) => tone !== 'green') });
  return (
    <Screen title="Databases">
      <Loaded poll={poll}>{(rows) => (rows.length === 0 ? <NoDatabases /> : <Databases rows={rows} />)}</Loaded>
    </Screen>
  );
}

const NoDatabases = () => (
  <Empty title="No database yet">
    <p>
      <a href="/console/register">Register a key</a>, then create the first database under it, there or by a request:
    </p>
    <PostCommand
      path="/v1/databases"
      body={`{"name":"my-redis","plan":"private-7","app":"my-app","encryptionKey":"'$KEY_ARN'"}`}
      what="the request that creates a database"
    />
  </Empty>
);

const part = 100;

function Databases({ rows }: { readonly rows: readonly DatabaseRow[] }) {
  const shown = useSignal(part);
  const serving = rows.filter(({ tone }) => tone === 'green').length;
  return (
    <>
      <p class="lead">
        {count(rows.length, 'database')} · {serving} serving
      </p>
      <table class="list">
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Name</th>
            <th scope="col">Plan</th>
            <th scope="col">App</th>
            <th scope="col">Key</th>
            <th scope="col">Fork</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown.value).map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
      {rows.length > shown.value ? (
        <button type="button" onClick={() => (shown.value += part)}>
          Show more of {rows.length}
        </button>
      ) : null}
    </>
  );
}

const Row = ({ row: { id, name, status, tone, plan, app, key, fork } }: { readonly row: DatabaseRow }) => (
  <tr>
    <td>
      <Badge tone={tone}>{status}</Badge>
    </td>
    <th scope="row">
      <a href={`/console/databases/${id}`}>
        <bdi>{name}</bdi>
      </a>
    </th>
    <td data-label="Plan">{plan}</td>
    <td data-label="App">
      <bdi>{app}</bdi>
    </td>
    <td data-label="Key">
      {key ? (
        <a href={`/console/keys/${key.id}`}>
          <bdi>{key.label}</bdi>
        </a>
      ) : (
        <span class="faint">platform</span>
      )}
    </td>
    <td data-label="Fork" class={fork ? '' : 'none'}>
      {fork ?? <span class="faint">no</span>}
    </td>
  </tr>
);
