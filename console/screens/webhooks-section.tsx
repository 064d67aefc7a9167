/** The webhooks of the team: URLs that get its events. */
import { useSignal } from '@preact/signals';
import { callAll, change } from '../api/call.ts';
import { usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { CreatedWebhook, Webhook } from '../api/types.ts';
import { useChange } from '../components/actions.tsx';
import { Empty, Loaded, ProblemNote } from '../components/feedback.tsx';
import { Section } from '../components/layout.tsx';
import { NewSecret } from '../components/new-secret.tsx';
import { Badge, Foreign, PostCommand, Time } from '../components/text.tsx';
import { webhookName, webhookState } from '../view-models/webhooks.ts';

const read = (signal: AbortSignal): Promise<Webhook[]> => callAll<Webhook>('/v1/webhooks', signal);

export function WebhooksSection() {
  const poll = usePoll('webhooks', { read, isActive: () => false });
  return (
    <Section title="Webhooks" aside="signed as Standard Webhooks says">
      <Loaded poll={poll}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <NoWebhooks />
          ) : (
            <ul class="rows">
              {webhooks.map((webhook) => (
                <Line key={webhook.id} webhook={webhook} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {holds('admin') ? <NewWebhook refresh={poll.refresh} /> : null}
    </Section>
  );
}

const NoWebhooks = () => (
  <Empty title="No webhook yet">
    <p>
      A webhook gets each event of the timeline within seconds, for a pager or a chat. Create one here, with an
      administrator’s token, or by a request:
    </p>
    <PostCommand
      path="/v1/webhooks"
      body='{"url":"https://hooks.example.com/latchkey"}'
      what="the request that creates a webhook"
    />
  </Empty>
);

function Line({ webhook }: { readonly webhook: Webhook }) {
  const { tone, state, detail, since } = webhookState(webhook);
  return (
    <li>
      <Badge tone={tone}>{state}</Badge>
      <span class="name">
        <a href={`/console/webhooks/${webhook.id}`}>
          <Foreign text={webhookName(webhook)} />
        </a>
        <small>
          {detail}
          {since ? (
            <>
              {' '}
              Since <Time iso={since} />
            </>
          ) : null}
        </small>
      </span>
    </li>
  );
}

function NewWebhook({ refresh }: { readonly refresh: () => void }) {
  const url = useSignal('');
  const description = useSignal('');
  const secret = useSignal<string | null>(null);
  const { busy, problem, submit } = useChange(async () => {
    const body = { url: url.value.trim(), description: description.value.trim() };
    secret.value = (await change<CreatedWebhook>('/v1/webhooks', 'POST', body)).secret;
    url.value = '';
    description.value = '';
    refresh();
  });
  return (
    <>
      <form class="inline" onSubmit={submit}>
        <label for="webhook-url">New webhook</label>
        <input
          id="webhook-url"
          class="wide"
          required
          maxLength={2048}
          placeholder="https://hooks.example.com/latchkey"
          autocomplete="off"
          spellcheck={false}
          value={url.value}
          onInput={(e) => (url.value = e.currentTarget.value)}
        />
        <label class="visually-hidden" for="webhook-description">
          Its purpose
        </label>
        <input
          id="webhook-description"
          maxLength={200}
          placeholder="its purpose"
          value={description.value}
          onInput={(e) => (description.value = e.currentTarget.value)}
        />
        <button type="submit" aria-busy={busy.value}>
          Create
        </button>
      </form>
      {problem.value ? <ProblemNote problem={problem.value} /> : null}
      {secret.value ? (
        <NewSecret secret={secret.value} what="the new webhook" dismiss={() => (secret.value = null)} />
      ) : null}
    </>
  );
}
