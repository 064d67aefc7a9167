/** The form that creates a database under a key. */
import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { callAll, change } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { App, Database, Key, Plan } from '../api/types.ts';
import { useChange } from '../components/actions.tsx';
import { Loaded, ProblemNote } from '../components/feedback.tsx';
import { NoApps } from '../components/no-apps.tsx';

interface Choices {
  readonly plans: readonly Plan[];
  readonly apps: readonly App[];
}

async function read(signal: AbortSignal): Promise<Choices> {
  const [plans, apps] = await Promise.all([callAll<Plan>('/v1/plans', signal), callAll<App>('/v1/apps', signal)]);
  // A customer key needs a private or shield plan, and so a space of that tier.
  return { plans: plans.filter(({ customerKey }) => customerKey), apps };
}

export function FirstDatabase({ encryptionKey }: { readonly encryptionKey: Key }) {
  const poll = usePoll('choices', { read, isActive: () => false });
  if (!holds('write')) return <p>Your token may only read. A token with the scope write creates databases.</p>;
  return (
    <Loaded poll={poll}>
      {(choices) =>
        choices.apps.length === 0 ? (
          <NoApps title="There is no app to attach a database to" />
        ) : (
          <Form choices={choices} encryptionKey={encryptionKey} />
        )
      }
    </Loaded>
  );
}

interface FormProps {
  readonly choices: Choices;
  readonly encryptionKey: Key;
}

function Form({ choices: { plans, apps }, encryptionKey }: FormProps) {
  const { route } = useLocation();
  const name = useSignal('');
  const plan = useSignal(plans[0]?.name ?? '');
  const app = useSignal(apps[0]?.name ?? '');
  const { busy, problem, submit } = useChange(async () => {
    const body = { name: name.value, plan: plan.value, app: app.value, encryptionKey: encryptionKey.arn };
    const { id } = await change<Database>('/v1/databases', 'POST', body);
    route(`/console/databases/${id}`);
  });
  return (
    <form class="stack" onSubmit={submit}>
      <label for="database-name">Name</label>
      <input
        id="database-name"
        required
        pattern="[a-z][a-z0-9\-]{2,62}"
        title="Lower-case letters, digits and dashes, 3 to 63, from a letter on"
        autocomplete="off"
        value={name.value}
        onInput={(e) => (name.value = e.currentTarget.value)}
      />
      <label for="database-plan">Plan</label>
      <select id="database-plan" value={plan.value} onChange={(e) => (plan.value = e.currentTarget.value)}>
        {plans.map(({ name: each, memoryMb }) => (
          <option key={each} value={each}>
            {each}, {memoryMb} MB
          </option>
        ))}
      </select>
      <label for="database-app">App</label>
      <select id="database-app" value={app.value} onChange={(e) => (app.value = e.currentTarget.value)}>
        {apps.map(({ name: each }) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      <button type="submit" class="primary" aria-busy={busy.value}>
        {busy.value ? 'Creating …' : 'Create the database'}
      </button>
      {problem.value ? <ProblemNote problem={problem.value} /> : null}
    </form>
  );
}
