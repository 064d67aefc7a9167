/** The contacts of a key: who is told about it besides the administrators of its apps. */
import { useSignal } from '@preact/signals';
import { callAll, change } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { Contact } from '../api/types.ts';
import { Action, ConfirmedAction, useChange } from '../components/actions.tsx';
import { Empty, Loaded, ProblemNote } from '../components/feedback.tsx';
import { Section } from '../components/layout.tsx';
import { Badge, Foreign, PostCommand, Time } from '../components/text.tsx';
import { contactLine } from '../view-models/contacts.ts';
import { readable } from '../view-models/names.ts';

const pathOf = (keyId: string): string => `/v1/keys/${encodeURIComponent(keyId)}/contacts`;

export function ContactsSection({ keyId }: { readonly keyId: string }) {
  const poll = usePoll(`contacts ${keyId}`, {
    read: (signal) => callAll<Contact>(pathOf(keyId), signal),
    isActive: () => false,
  });
  const add = async (email: string) => {
    await change(pathOf(keyId), 'POST', { email });
    poll.refresh();
  };
  return (
    <Section title="Contacts" aside="told about this key, besides the admins of its apps">
      <Loaded poll={poll}>
        {(contacts) =>
          contacts.length === 0 ? (
            <NoContacts keyId={keyId} />
          ) : (
            <ul class="rows">
              {contacts.map((contact) => (
                <Line key={contact.id} contact={contact} askAgain={add} refresh={poll.refresh} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {holds('write') ? <NewContact add={add} /> : null}
    </Section>
  );
}

const NoContacts = ({ keyId }: { readonly keyId: string }) => (
  <Empty title="No contact yet">
    <p>
      The administrators of the apps are told what happens to their databases. Add the people who own the key, as its
      security team, here or by a request:
    </p>
    <PostCommand path={pathOf(keyId)} body='{"email":"security@example.com"}' what="the request that adds a contact" />
  </Empty>
);

interface LineProps {
  readonly contact: Contact;
  readonly askAgain: (email: string) => Promise<void>;
  readonly refresh: () => void;
}

function Line({ contact, askAgain, refresh }: LineProps) {
  const { tone, state, detail, since } = contactLine(contact);
  const remove = async () => {
    await change(`/v1/contacts/${contact.id}`, 'DELETE');
    refresh();
  };
  return (
    <li>
      <Badge tone={tone}>{state}</Badge>
      <span class="name">
        <Foreign text={contact.email} />
        <small>
          {detail} Since <Time iso={since} />
        </small>
      </span>
      {holds('write') ? (
        <span class="end">
          {state === 'bounced' ? <Action label="Ask again" work={() => askAgain(contact.email)} /> : null}
          <ConfirmedAction
            label="Remove"
            title={`Remove ${readable(contact.email, 254)}?`}
            name={contact.email}
            work={remove}
          >
            <p>It gets no further notices of this key: not of a lockout, a warning or a drill.</p>
          </ConfirmedAction>
        </span>
      ) : null}
    </li>
  );
}

function NewContact({ add }: { readonly add: (email: string) => Promise<void> }) {
  const email = useSignal('');
  const { busy, problem, submit } = useChange(async () => {
    const added = email.value;
    await add(added.trim());
    // Unless the next one was typed meanwhile.
    if (email.value === added) email.value = '';
  });
  return (
    <>
      <form class="inline" onSubmit={submit}>
        <label for="contact-email">New contact</label>
        <input
          id="contact-email"
          type="email"
          required
          maxLength={254}
          placeholder="security@example.com"
          autocomplete="off"
          value={email.value}
          onInput={(e) => (email.value = e.currentTarget.value)}
        />
        <button type="submit" aria-busy={busy.value}>
          Add
        </button>
      </form>
      {problem.value ? <ProblemNote problem={problem.value} /> : null}
    </>
  );
}
