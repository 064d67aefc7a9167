/** The tokens of the team: made, listed and revoked by an administrator. */
import { useSignal } from '@preact/signals';
import { callAll, change } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import type { Token } from '../api/types.ts';
import { ConfirmedAction, useChange } from '../components/actions.tsx';
import { Loaded, ProblemNote } from '../components/feedback.tsx';
import { Section } from '../components/layout.tsx';
import { NewSecret } from '../components/new-secret.tsx';
import { Badge, Foreign, Time } from '../components/text.tsx';
import { readable } from '../view-models/names.ts';

const read = (signal: AbortSignal): Promise<Token[]> => callAll<Token>('/v1/tokens', signal);

export function TokensSection() {
  const poll = usePoll('tokens', { read, isActive: () => false });
  return (
    <Section title="Tokens" aside="of the team">
      <Loaded poll={poll}>
        {(tokens) => (
          <ul class="rows">
            {tokens.map((token) => (
              <TokenLine key={token.id} token={token} refresh={poll.refresh} />
            ))}
          </ul>
        )}
      </Loaded>
      <NewToken refresh={poll.refresh} />
    </Section>
  );
}

interface TokenLineProps {
  readonly token: Token;
  readonly refresh: () => void;
}

function TokenLine({ token, refresh }: TokenLineProps) {
  const { id, name, scopes, email, lastUsedAt, expiresAt } = token;
  const revoke = async () => {
    await change(`/v1/tokens/${id}`, 'DELETE');
    refresh();
  };
  return (
    <li>
      <Badge tone="grey">{scopes.join(', ')}</Badge>
      <span class="name">
        <Foreign text={name} />
        <small>
          {email ? <Foreign text={email} /> : id} ·{' '}
          {lastUsedAt ? (
            <>
              used <Time iso={lastUsedAt} />
            </>
          ) : (
            'never used'
          )}
          {expiresAt ? (
            <>
              {' '}
              · expires <Time iso={expiresAt} />
            </>
          ) : null}
        </small>
      </span>
      <span class="end">
        <ConfirmedAction
          label="Revoke"
          title={`Revoke the token ${readable(name, 80)}?`}
          name={readable(name, 80)}
          work={revoke}
        >
          <p>
            Within a minute nothing is let in by it, by the tokens that it made, or by the sessions that began with any
            of them. This cannot be undone.
          </p>
        </ConfirmedAction>
      </span>
    </li>
  );
}

const everyScope = ['read', 'write', 'admin'] as const;

function NewToken({ refresh }: { readonly refresh: () => void }) {
  const name = useSignal('');
  const scope = useSignal<(typeof everyScope)[number]>('read');
  /** Shown to nobody: it is copied, and then forgotten. */
  const secret = useSignal<string | null>(null);
  const { busy, problem, submit } = useChange(async () => {
    const made = await change<{ token: string }>('/v1/tokens', 'POST', { name: name.value, scopes: [scope.value] });
    secret.value = made.token;
    name.value = '';
    refresh();
  });
  return (
    <>
      <form class="inline" onSubmit={submit}>
        <label for="token-name">New token</label>
        <input
          id="token-name"
          required
          maxLength={80}
          placeholder="its purpose"
          value={name.value}
          onInput={(e) => (name.value = e.currentTarget.value)}
        />
        <label class="visually-hidden" for="token-scope">
          Scope
        </label>
        <select
          id="token-scope"
          value={scope.value}
          onChange={(e) => (scope.value = e.currentTarget.value as typeof scope.value)}
        >
          {everyScope.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <button type="submit" aria-busy={busy.value}>
          Create
        </button>
      </form>
      {problem.value ? <ProblemNote problem={problem.value} /> : null}
      {secret.value ? (
        <NewSecret secret={secret.value} what="the new token" dismiss={() => (secret.value = null)} />
      ) : null}
    </>
  );
}
