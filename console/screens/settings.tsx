/** Sessions, tokens and recipients of mails. */
import { callAll, change } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import { session, signOut } from '../api/session.ts';
import type { Recipient, Session } from '../api/types.ts';
import { Action } from '../components/actions.tsx';
import { Loaded } from '../components/feedback.tsx';
import { Facts, Screen, Section } from '../components/layout.tsx';
import { NoApps } from '../components/no-apps.tsx';
import { Badge, Foreign, Id, Time } from '../components/text.tsx';
import { clientName } from '../view-models/names.ts';
import { TokensSection } from './tokens.tsx';
import { WebhooksSection } from './webhooks-section.tsx';

export const SettingsScreen = () => (
  <Screen title="Settings">
    <You />
    <SessionsSection />
    {holds('admin') ? <TokensSection /> : null}
    <RecipientsSection />
    <WebhooksSection />
  </Screen>
);

function You() {
  if (session.value.kind !== 'signed-in') return null;
  const { team, person, scopes, endsAt } = session.value.session;
  return (
    <Section title="You">
      <Facts
        rows={[
          ['Person', <Foreign key="person" text={person} />],
          [
            'Team',
            <>
              <Foreign text={team.name} /> <Id text={team.id} />
            </>,
          ],
          ['Scopes', scopes.join(', ')],
          ['Signed in until', <Time key="end" iso={endsAt} ago />],
        ]}
      />
    </Section>
  );
}

const readSessions = (signal: AbortSignal): Promise<Session[]> => callAll<Session>('/v1/sessions', signal);

function SessionsSection() {
  const poll = usePoll('sessions', { read: readSessions, isActive: () => false });
  const end = async ({ id, isCurrent }: Session) => {
    if (isCurrent) return signOut();
    await change(`/v1/sessions/${id}/revocation`, 'POST');
    poll.refresh();
  };
  return (
    <Section title="Your sessions" aside="of your token, in all browsers">
      <Loaded poll={poll}>
        {(sessions) => (
          <ul class="rows">
            {sessions.map((each) => (
              <li key={each.id}>
                <Badge tone={each.isCurrent ? 'green' : 'grey'}>{each.isCurrent ? 'this browser' : 'active'}</Badge>
                <span class="name">
                  <Foreign text={clientName(each.userAgent)} />
                  <small>
                    since <Time iso={each.createdAt} /> · used <Time iso={each.lastUsedAt} utc={false} ago />
                  </small>
                </span>
                <span class="end">
                  <Action label="Sign out" work={() => end(each)} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

const readRecipients = (signal: AbortSignal): Promise<Recipient[]> => callAll<Recipient>('/v1/recipients', signal);

function RecipientsSection() {
  const poll = usePoll('recipients', { read: readRecipients, isActive: () => false });
  return (
    <Section title="Recipients" aside="who is told by mail; a key's contacts are on its page">
      <Loaded poll={poll}>
        {(recipients) =>
          recipients.length === 0 ? <NoApps title="Nobody is told yet" /> : <RecipientList recipients={recipients} />
        }
      </Loaded>
    </Section>
  );
}

const RecipientList = ({ recipients }: { readonly recipients: readonly Recipient[] }) => (
  <ul class="rows">
    {recipients.map(({ email, isConfirmed, apps }) => (
      <li key={email}>
        <Badge tone={isConfirmed ? 'green' : 'amber'}>{isConfirmed ? 'confirmed' : 'unconfirmed'}</Badge>
        <span class="name">
          <Foreign text={email} />
          <small>
            {isConfirmed ? 'gets every mail' : 'gets one mail only until the code in it comes back'} · apps:{' '}
            <Foreign text={apps.join(', ')} />
          </small>
        </span>
      </li>
    ))}
  </ul>
);
