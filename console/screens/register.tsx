/** Registering a key in three steps: create it with the policy, check it live, create the first database under it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { call, callForResponse } from '../api/call.ts';
import { Failure } from '../api/http.ts';
import type { Key } from '../api/types.ts';
import { Action } from '../components/actions.tsx';
import { ProblemNote } from '../components/feedback.tsx';
import { Screen, Section } from '../components/layout.tsx';
import { RightsMatrix, Warnings } from '../components/rights.tsx';
import { Badge, Command, Id } from '../components/text.tsx';
import { shortArn } from '../view-models/names.ts';
import { type Problem, unreachable } from '../view-models/problem.ts';
import { createKeyCommands, isAccountId, refusedCheck } from '../view-models/registration.ts';
import { FirstDatabase } from './first-database.tsx';

export function RegisterScreen() {
  const { query } = useLocation();
  const registered = useSignal<Key | null>(null);
  return (
    <Screen title="Register a key" eyebrow={<a href="/console">Keys</a>}>
      <PolicyStep />
      <CheckStep initial={query.arn ?? ''} note={(key) => (registered.value = key)} />
      <Section title="3. The first database">
        {registered.value ? (
          <FirstDatabase encryptionKey={registered.value} />
        ) : (
          <p class="faint">Once the key is usable.</p>
        )}
      </Section>
    </Screen>
  );
}

function PolicyStep() {
  const account = useSignal('');
  const policy = useSignal<unknown>(null);
  const id = account.value.trim();
  useEffect(() => {
    policy.value = null;
    if (!isAccountId(id)) return;
    const abort = new AbortController();
    call(`/v1/key-policy?account=${id}`, { signal: abort.signal }).then(
      (made) => (policy.value = made),
      () => undefined,
    );
    return () => abort.abort();
  }, [id, policy]);
  return (
    <Section title="1. Create the key" aside={<Template />}>
      <p>
        <label for="account">The AWS account that owns the key</label>
        <input
          id="account"
          inputmode="numeric"
          maxLength={12}
          placeholder="12 digits"
          autocomplete="off"
          value={account.value}
          onInput={(e) => (account.value = e.currentTarget.value)}
        />
      </p>
      {policy.value ? (
        <>
          <p>
            Run this as a key administrator of the account. The policy is bound to your team: no other team can use the
            key through Latchkey.
          </p>
          <Command text={createKeyCommands(policy.value, 'latchkey')} what="the commands that create the key" />
        </>
      ) : null}
    </Section>
  );
}

/** The same as CloudFormation, with the rules that forward key events. */
function Template() {
  const save = async () => {
    const response = await callForResponse('/v1/onboarding-template');
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = 'latchkey-onboarding.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return <Action label="CloudFormation template" busyLabel="Reading …" work={save} />;
}

interface CheckStepProps {
  readonly initial: string;
  readonly note: (key: Key) => void;
}

/** Between two attempts, so that a right turns green soon after the policy was changed. */
const againMs = 3000;

function CheckStep({ initial, note }: CheckStepProps) {
  const arn = useSignal(initial);
  const watched = useSignal<string | null>(initial || null);
  const key = useSignal<Key | null>(null);
  const problem = useSignal<Problem | null>(null);
  useEffect(() => {
    const given = watched.value;
    if (given === null) return;
    return attemptUntilUsable(given, {
      onKey: (found) => {
        key.value = found;
        problem.value = null;
        note(found);
      },
      onProblem: (found) => (problem.value = found),
    });
  }, [watched.value]);
  const submit = (event: Event) => {
    event.preventDefault();
    key.value = null;
    problem.value = null;
    watched.value = null;
    queueMicrotask(() => (watched.value = arn.value.trim()));
  };
  return (
    <Section title="2. Check it">
      <form class="inline" onSubmit={submit}>
        <label for="arn">The full ARN of the key</label>
        <input
          id="arn"
          class="wide"
          required
          placeholder="arn:aws:kms:us-east-1:111122223333:key/…"
          autocomplete="off"
          spellcheck={false}
          value={arn.value}
          onInput={(e) => (arn.value = e.currentTarget.value)}
        />
        <button type="submit" class="primary">
          Check and register
        </button>
      </form>
      {key.value ? <Registered found={key.value} /> : null}
      {problem.value ? <Refused problem={problem.value} /> : null}
    </Section>
  );
}

interface Attempts {
  readonly onKey: (key: Key) => void;
  readonly onProblem: (problem: Problem) => void;
}

const isFixable = ({ code, status }: Problem): boolean => code === 'key_rejected' || status === 0 || status >= 429;

/** Registers the key, again and again while a right is missing. Answers how to stop. */
function attemptUntilUsable(arn: string, { onKey, onProblem }: Attempts): () => void {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fail = (error: unknown) => {
    if (abort.signal.aborted) return;
    const problem = error instanceof Failure ? error.problem : unreachable;
    onProblem(problem);
    if (isFixable(problem)) timer = setTimeout(attempt, againMs);
  };
  const attempt = () => {
    call<Key>('/v1/keys', { method: 'POST', body: { arn }, signal: abort.signal }).then(onKey, fail);
  };
  attempt();
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
}

const Registered = ({ found }: { readonly found: Key }) => (
  <>
    <p class="note green" role="status">
      <Badge tone="green">usable</Badge> <a href={`/console/keys/${found.id}`}>The key {shortArn(found.arn)}</a> is
      registered: <Id text={found.arn} />
    </p>
    <RightsMatrix check={found.check} />
    <Warnings check={found.check} />
  </>
);

function Refused({ problem }: { readonly problem: Problem }) {
  const check = refusedCheck(problem);
  return (
    <>
      <ProblemNote problem={problem} />
      {check ? (
        <>
          <p class="faint" role="status">
            The key is checked again every 3 seconds. Each right turns green as soon as the key policy allows it.
          </p>
          <RightsMatrix check={check} />
        </>
      ) : null}
    </>
  );
}
