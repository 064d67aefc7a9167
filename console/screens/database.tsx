/** One database: its state, where it is used, its backups and what happened to it. */
import { useRoute } from 'preact-iso';
import { call, callAll, change } from '../api/call.ts';
import { type Poll, usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { Backup, Database, Entry, Page } from '../api/types.ts';
import { Action, ConfirmedAction } from '../components/actions.tsx';
import { Empty, Loaded } from '../components/feedback.tsx';
import { Facts, Screen, Section } from '../components/layout.tsx';
import { Badge, Foreign, Id, Time } from '../components/text.tsx';
import { bytes, databaseRow, statusSentence } from '../view-models/database-row.ts';
import { count, readable, shortArn } from '../view-models/names.ts';
import { databaseTone } from '../view-models/tone.ts';
import { newest, TimelineSection } from './timeline-section.tsx';

interface DatabaseDetail {
  readonly database: Database;
  readonly backups: readonly Backup[];
  readonly entries: readonly Entry[];
}

const readDetail =
  (id: string) =>
  async (signal: AbortSignal): Promise<DatabaseDetail> => {
    const path = `/v1/databases/${encodeURIComponent(id)}`;
    const database = await call<Database>(path, { signal });
    const [backups, { items: entries }] = await Promise.all([
      callAll<Backup>(`${path}/backups`, signal),
      call<Page<Entry>>(`/v1/timeline?database=${database.id}&limit=${newest}`, { signal }),
    ]);
    return { database, backups, entries };
  };

export function DatabaseScreen() {
  const { id = '' } = useRoute().params;
  return <DatabaseById key={id} id={id} />;
}

function DatabaseById({ id }: { readonly id: string }) {
  const poll = usePoll(`database ${id}`, {
    read: readDetail(id),
    isActive: ({ database, backups }) =>
      database.status !== 'available' || backups.some(({ status }) => status === 'pending'),
  });
  const name = poll.state.value.data?.database.name ?? 'Database';
  return (
    <Screen title={readable(name, 63)} eyebrow={<a href="/console/databases">Databases</a>}>
      <Loaded poll={poll}>{(detail) => <DatabasePage detail={detail} poll={poll} />}</Loaded>
    </Screen>
  );
}

interface DatabasePageProps {
  readonly detail: DatabaseDetail;
  readonly poll: Poll<DatabaseDetail>;
}

const DatabasePage = ({ detail, poll }: DatabasePageProps) => (
  <>
    <DatabaseState database={detail.database} />
    <AboutDatabase database={detail.database} />
    <Backups detail={detail} refresh={poll.refresh} />
    <TimelineSection path={`/v1/timeline`} query={`database=${detail.database.id}`} latest={detail.entries} />
    {holds('write') && detail.database.status !== 'destroying' ? (
      <Destroy detail={detail} refresh={poll.refresh} />
    ) : null}
  </>
);

const DatabaseState = ({ database: { status, key, app, plan, failure } }: { readonly database: Database }) => (
  <div class={`state ${databaseTone(status)}`}>
    <p class="headline" role="status" aria-live="polite">
      {statusSentence(status)}
    </p>
    {failure ? (
      <p>
        <Foreign text={failure.detail} most={1000} /> <Time iso={failure.at} />
      </p>
    ) : null}
    <p>
      Plan {plan} for <Foreign text={app} />, encrypted under{' '}
      {key ? <a href={`/console/keys/${key.id}`}>the key {shortArn(key.arn)}</a> : 'the platform’s key'}.
    </p>
  </div>
);

function AboutDatabase({ database }: { readonly database: Database }) {
  const { endpoint, key, attachments, restoredFrom } = database;
  return (
    <Section title="About this database">
      <Facts
        rows={[
          ['Plan', database.plan],
          [
            'Key',
            key ? (
              <a href={`/console/keys/${key.id}`}>
                <Id text={key.arn} />
              </a>
            ) : (
              'the platform’s key'
            ),
          ],
          ['App', <Foreign key="app" text={database.app} />],
          ['Config vars', attachments.length === 0 ? 'none' : attachments.map(({ configVar }) => configVar).join(', ')],
          ['Address', endpoint ? <Id text={`${endpoint.host}:${endpoint.tlsPort}`} /> : 'none yet'],
          ['TLS', database.allowPlaintext ? 'offered, plaintext allowed' : 'required'],
          ['Server, service', `${database.server}, ${database.service}`],
          database.fork ? ['Fork', databaseRow(database).fork] : null,
          restoredFrom ? ['Restored from', <Id key="backup" text={restoredFrom.backupId} />] : null,
          ['Created', <Time key="at" iso={database.createdAt} />],
          ['Id', <Id key="id" text={database.id} />],
        ]}
      />
    </Section>
  );
}

interface BackupsProps {
  readonly detail: DatabaseDetail;
  readonly refresh: () => void;
}

const backupTones = { pending: 'blue', available: 'green', failed: 'red' } as const;

function Backups({ detail: { database, backups }, refresh }: BackupsProps) {
  const take = async () => {
    await change(`/v1/databases/${database.id}/backups`, 'POST');
    refresh();
  };
  const aside =
    holds('write') && database.status === 'available' ? (
      <Action label="Back up now" busyLabel="Starting …" work={take} />
    ) : null;
  return (
    <Section title="Backups" aside={aside}>
      {backups.length === 0 ? (
        <Empty title="No backup yet">
          <p>One is taken every day, encrypted under the key of the database.</p>
        </Empty>
      ) : (
        <ul class="rows">
          {backups.map((backup) => (
            <BackupLine key={backup.id} backup={backup} />
          ))}
        </ul>
      )}
    </Section>
  );
}

const BackupLine = ({
  backup: { id, status, trigger, sizeBytes, createdAt, expiresAt, readable: isReadable },
}: {
  readonly backup: Backup;
}) => (
  <li>
    <Badge tone={backupTones[status as keyof typeof backupTones] ?? 'grey'}>{status}</Badge>
    <span class="name">
      <Time iso={createdAt} />
      <small>
        by {trigger} · {id}
      </small>
    </span>
    <span class="number">{sizeBytes === null ? '' : bytes(sizeBytes)}</span>
    <span class="end faint">
      {isReadable === false ? (
        'unreadable while the key is unusable'
      ) : (
        <>
          kept until <Time iso={expiresAt} utc={false} />
        </>
      )}
    </span>
  </li>
);

function Destroy({ detail: { database, backups }, refresh }: BackupsProps) {
  const { name, attachments } = database;
  const configVars = attachments.map(({ configVar }) => configVar).join(', ');
  const destroy = async () => {
    await change(`/v1/databases/${database.id}?confirm=${encodeURIComponent(name)}`, 'DELETE');
    refresh();
  };
  return (
    <Section title="Destroy">
      <p>Destroys the database and its data, and takes its grant on the key back. This cannot be undone.</p>
      <ConfirmedAction label="Destroy the database" title={`Destroy ${readable(name, 63)}?`} name={name} work={destroy}>
        <p>
          Its data is gone for good. {backupsLeft(backups.length)}{' '}
          {configVars ? `These config vars are removed: ${configVars}; the apps restart.` : 'No app uses it.'}
        </p>
      </ConfirmedAction>
    </Section>
  );
}

const backupsLeft = (number: number): string =>
  number === 0
    ? 'There is no backup of it.'
    : `${count(number, 'backup')} of it can be restored until ${number === 1 ? 'it expires' : 'they expire'}.`;
