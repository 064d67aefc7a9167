/** The page of a key: its state, what undoes it, what depends on it, and what happened. */
import { useRoute } from 'preact-iso';
import { call, change } from '../api/call.ts';
import { type Poll, usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { Check, Entry, Impact, Key, LockoutDetail, Page, Readiness } from '../api/types.ts';
import { Action } from '../components/actions.tsx';
import { BlastRadiusPicture } from '../components/blast-radius.tsx';
import { Empty, Loaded } from '../components/feedback.tsx';
import { Screen, Section } from '../components/layout.tsx';
import { ReadinessList } from '../components/readiness.tsx';
import { RightsMatrix } from '../components/rights.tsx';
import { CopyButton, Id, Time } from '../components/text.tsx';
import { blastRadius } from '../view-models/blast-radius.ts';
import { keyName, keyRow } from '../view-models/key-row.ts';
import { readinessSummary } from '../view-models/readiness.ts';
import { AboutKey } from './about-key.tsx';
import { ContactsSection } from './contacts-section.tsx';
import { DrillScheduleSection } from './drill-schedule-section.tsx';
import { DrillsSection } from './drills-section.tsx';
import { EvidenceSection } from './key-evidence.tsx';
import { StatePanel } from './key-state.tsx';
import { newest, TimelineSection } from './timeline-section.tsx';

export interface KeyDetail {
  readonly key: Key;
  readonly lockout: LockoutDetail | null;
  readonly impact: Impact;
  readonly readiness: Readiness;
  /** The newest entries of its timeline. */
  readonly entries: readonly Entry[];
}

const readDetail =
  (id: string) =>
  async (signal: AbortSignal): Promise<KeyDetail> => {
    const path = `/v1/keys/${encodeURIComponent(id)}`;
    const key = await call<Key>(path, { signal });
    const [lockout, impact, readiness, { items: entries }] = await Promise.all([
      key.lockout ? call<LockoutDetail>(`/v1/lockouts/${key.lockout}`, { signal }) : null,
      call<Impact>(`${path}/impact`, { signal }),
      call<Readiness>(`${path}/readiness`, { signal }),
      call<Page<Entry>>(`${path}/timeline?limit=${newest}`, { signal }),
    ]);
    return { key, lockout, impact, readiness, entries };
  };

const isBusy = ({ lockout, impact }: KeyDetail): boolean =>
  lockout !== null || impact.databases.items.some(({ status }) => status !== 'available');

export function KeyScreen() {
  const { id = '' } = useRoute().params;
  return <KeyById key={id} id={id} />;
}

function KeyById({ id }: { readonly id: string }) {
  const poll = usePoll(`key ${id}`, { read: readDetail(id), isActive: isBusy });
  const detail = poll.state.value.data;
  return (
    <Screen title={detail ? keyName(detail.key) : 'Key'} eyebrow={<a href="/console">Keys</a>}>
      <Loaded poll={poll}>{(loaded) => <KeyPage detail={loaded} poll={poll} />}</Loaded>
    </Screen>
  );
}

interface KeyPageProps {
  readonly detail: KeyDetail;
  readonly poll: Poll<KeyDetail>;
}

function KeyPage({ detail, poll }: KeyPageProps) {
  const { key, lockout, impact, readiness, entries } = detail;
  const { tone, state } = keyRow(key, lockout);
  const radius = blastRadius(impact, { label: keyName(key), note: state, tone });
  return (
    <>
      <p class="arn">
        <Id text={key.arn} /> <CopyButton text={key.arn} what="the ARN of the key" />
      </p>
      <StatePanel detail={detail} isStale={poll.state.value.problem !== null}>
        {(lockout?.actions.includes('check') ?? holds('write')) ? (
          <CheckAgain id={key.id} refresh={poll.refresh} />
        ) : null}
        {lockout ? <a href={`/console/lockouts/${lockout.id}`}>The lockout in full</a> : null}
      </StatePanel>
      <Section title="Blast radius" aside={radius.summary}>
        {impact.databases.total === 0 ? <NoDatabases arn={key.arn} /> : <BlastRadiusPicture radius={radius} />}
        {radius.asides.map((line) => (
          <p key={line} class="aside-line">
            {line}
          </p>
        ))}
        <IfDisabled impact={impact} />
      </Section>
      <Section title="Can you pull the switch?" aside={<LastLook at={readiness.checkedAt} />}>
        <ReadinessList summary={readinessSummary(readiness)} />
      </Section>
      <Section title="Rights" aside={<Checked check={key.check} />}>
        <RightsMatrix check={key.check} />
      </Section>
      <DrillsSection keyId={key.id} />
      <DrillScheduleSection keyId={key.id} keyName={keyName(key)} />
      <ContactsSection keyId={key.id} />
      <TimelineSection path={`/v1/keys/${key.id}/timeline`} latest={entries} />
      <EvidenceSection keyId={key.id} createdAt={key.createdAt} />
      <AboutKey detail={detail} refresh={poll.refresh} />
    </>
  );
}

function CheckAgain({ id, refresh }: { readonly id: string; readonly refresh: () => void }) {
  const work = async () => {
    await change(`/v1/keys/${id}/checks`, 'POST');
    refresh();
  };
  return <Action label="Check again" busyLabel="Checking …" work={work} />;
}

const LastLook = ({ at }: { readonly at: string | null }) =>
  at ? (
    <>
      checked <Time iso={at} utc={false} ago />
    </>
  ) : (
    <>not checked yet</>
  );

const Checked = ({ check }: { readonly check: Check }) => (
  <>
    checked <Time iso={check.at} utc={false} ago />
  </>
);

const NoDatabases = ({ arn }: { readonly arn: string }) => (
  <Empty title="No database is under this key yet">
    <p>
      <a href={`/console/register?arn=${encodeURIComponent(arn)}`}>Create the first database</a>
    </p>
  </Empty>
);

function IfDisabled({ impact: { ifDisabledNow, key, databases } }: { readonly impact: Impact }) {
  if (key.lockout || key.status !== 'usable' || databases.total === 0) return null;
  const { actsAt, stoppedBy, waitingPeriodSeconds } = ifDisabledNow;
  const minutes = waitingPeriodSeconds / 60;
  return (
    <p class="aside-line">
      If the key were disabled now, databases would stop at <Time iso={actsAt} />, after {minutes} minutes in which
      enabling the key cancels it all.
      {stoppedBy ? (
        <>
          {' '}
          By past lockouts, everything would be stopped at <Time iso={stoppedBy} utc={false} />.
        </>
      ) : null}
    </p>
  );
}
