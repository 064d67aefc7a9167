/** Facts of a key, how strictly it is judged, and forgetting it. */
import { change } from '../api/call.ts';
import { holds } from '../api/scopes.ts';
import type { Key } from '../api/types.ts';
import { Action, ConfirmedAction } from '../components/actions.tsx';
import { Facts, Section } from '../components/layout.tsx';
import { Id, Time } from '../components/text.tsx';
import { keyName } from '../view-models/key-row.ts';
import { arnParts, count } from '../view-models/names.ts';
import type { KeyDetail } from './key.tsx';

export function AboutKey({
  detail: { key, impact },
  refresh,
}: {
  readonly detail: KeyDetail;
  readonly refresh: () => void;
}) {
  const { account, region } = arnParts(key.arn);
  const forget = async () => {
    await change(`/v1/keys/${key.id}`, 'DELETE');
    location.assign('/console');
  };
  const { verdict, because } = impact.safeToDelete;
  return (
    <Section title="About this key">
      <Facts
        rows={[
          ['Account and Region', `${account}, ${region}`],
          ['State by KMS', key.check.keyState ?? 'unknown'],
          ['Yearly rotation', key.rotation === null ? 'unknown' : key.rotation ? 'on' : 'off'],
          [
            'Key events',
            key.events.provenSince ? (
              <>
                proven to arrive since <Time iso={key.events.provenSince} />
              </>
            ) : (
              'not proven to arrive: the key is checked every minute'
            ),
          ],
          ['Strict', <Strict key="strict" of={key} refresh={refresh} />],
          ['Registered', <Time key="at" iso={key.createdAt} />],
          ['Safe to delete', verdict === 'yes' ? 'yes' : <>no. {because.join(' ')}</>],
        ]}
      />
      {holds('write') && key.databases === 0 && !key.lockout ? (
        <ConfirmedAction label="Forget the key" title="Forget this key?" name={keyName(key)} work={forget}>
          <p>
            Your team gives up the registration of <Id text={key.arn} />. {count(key.databases, 'database')} and{' '}
            {count(impact.backups.total, 'backup')} use it. The key itself and its policy stay as they are.
          </p>
        </ConfirmedAction>
      ) : null}
    </Section>
  );
}

interface StrictProps {
  readonly of: Key;
  readonly refresh: () => void;
}

/** Turning it on may open a lockout at once, so it wants the name of the key. */
function Strict({ of: key, refresh }: StrictProps) {
  const set = async () => {
    await change(`/v1/keys/${key.id}/settings`, 'PATCH', { strict: !key.strict });
    refresh();
  };
  if (!holds('write')) return <>{key.strict ? 'yes' : 'no'}</>;
  return key.strict ? (
    <>
      yes: any refused action counts as the loss of the key. <Action label="Not strict" work={set} />
    </>
  ) : (
    <>
      no: only the loss of Decrypt counts as the loss of the key.{' '}
      <ConfirmedAction label="Make it strict" title="Make this key strict?" name={keyName(key)} work={set}>
        <p>
          Any refused action then counts as the loss of the key: a lockout opens, and after the waiting period{' '}
          {count(key.databases, 'database')} would stop. If an action is refused now, that begins at once.
        </p>
      </ConfirmedAction>
    </>
  );
}
