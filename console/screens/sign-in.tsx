/** Sign-in with an API token, which is exchanged for a session and then forgotten. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { signIn } from '../api/session.ts';
import { useChange } from '../components/actions.tsx';
import { ProblemNote } from '../components/feedback.tsx';
import { Mark } from '../components/mark.tsx';
import type { Problem } from '../view-models/problem.ts';

interface SignInProps {
  readonly reason: string | null;
  readonly problem: Problem | null;
}

export function SignInScreen({ reason, problem }: SignInProps) {
  const token = useSignal('');
  const change = useChange(() => signIn({ token: token.value.trim() }));
  useEffect(() => {
    document.title = 'Sign in · Latchkey';
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    // The field is emptied whatever comes of it: a token does not stay on the page.
    void change.run().finally(() => (token.value = ''));
  };
  return (
    <main id="main" class="sign-in">
      <p class="brand">
        <Mark /> Latchkey
      </p>
      <h1>Sign in</h1>
      {reason ? (
        <p class="note amber" role="status">
          {reason}
        </p>
      ) : null}
      <form onSubmit={submit}>
        <label for="token">API token</label>
        <input
          id="token"
          type="password"
          required
          autocomplete="off"
          spellcheck={false}
          value={token.value}
          onInput={(e) => (token.value = e.currentTarget.value)}
        />
        <button type="submit" class="primary" aria-busy={change.busy.value}>
          Sign in
        </button>
      </form>
      {(change.problem.value ?? problem) ? (
        <ProblemNote problem={(change.problem.value ?? problem) as Problem} />
      ) : null}
      <p class="faint">
        The session lasts 8 hours at most and ends after 15 minutes without use. Ask an administrator of your team for a
        token, or follow the sign-in link that <code>make start</code> prints.
      </p>
    </main>
  );
}
