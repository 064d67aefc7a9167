/** One webhook: whether events arrive, its deliveries, and what an administrator can do about it. */
import { useSignal } from '@preact/signals';
import { useLocation, useRoute } from 'preact-iso';
import { call, change } from '../api/call.ts';
import { serverNow } from '../api/clock.ts';
import { type Poll, usePoll } from '../api/poll.ts';
import { holds } from '../api/scopes.ts';
import type { CreatedWebhook, Delivery, Page, Webhook } from '../api/types.ts';
import { Action, ConfirmedAction } from '../components/actions.tsx';
import { Loaded } from '../components/feedback.tsx';
import { Facts, Screen, Section } from '../components/layout.tsx';
import { NewSecret } from '../components/new-secret.tsx';
import { Foreign, Id, Time } from '../components/text.tsx';
import { isDelivering, webhookName, webhookState } from '../view-models/webhooks.ts';
import { DeliveriesSection } from './deliveries-section.tsx';

interface WebhookDetail {
  readonly webhook: Webhook;
  readonly latest: Page<Delivery>;
}

const readDetail =
  (id: string) =>
  async (signal: AbortSignal): Promise<WebhookDetail> => {
    const path = `/v1/webhooks/${encodeURIComponent(id)}`;
    const [webhook, latest] = await Promise.all([
      call<Webhook>(path, { signal }),
      call<Page<Delivery>>(`${path}/deliveries?limit=50`, { signal }),
    ]);
    return { webhook, latest };
  };

export function WebhookScreen() {
  const { id = '' } = useRoute().params;
  return <WebhookById key={id} id={id} />;
}

function WebhookById({ id }: { readonly id: string }) {
  const poll = usePoll(`webhook ${id}`, {
    read: readDetail(id),
    isActive: ({ latest }) => isDelivering(latest.items, serverNow()),
  });
  const detail = poll.state.value.data;
  return (
    <Screen title={detail ? webhookName(detail.webhook) : 'Webhook'} eyebrow={<a href="/console/settings">Settings</a>}>
      <Loaded poll={poll}>{(loaded) => <WebhookPage detail={loaded} poll={poll} />}</Loaded>
    </Screen>
  );
}

interface WebhookPageProps {
  readonly detail: WebhookDetail;
  readonly poll: Poll<WebhookDetail>;
}

function WebhookPage({ detail: { webhook, latest }, poll }: WebhookPageProps) {
  const { tone, state, detail, since } = webhookState(webhook);
  const path = `/v1/webhooks/${webhook.id}`;
  const ping = async () => {
    await change(`${path}/pings`, 'POST');
    poll.refresh();
  };
  return (
    <>
      <div class={`state ${tone}`}>
        <p class="headline" role="status" aria-live="polite">
          {state}{' '}
          {since ? (
            <>
              since <Time iso={since} />
            </>
          ) : null}
        </p>
        <p>{detail}</p>
        <div class="buttons">
          {holds('write') ? <Action label="Send a ping" busyLabel="Sending …" work={ping} /> : null}
          {holds('admin') ? <PauseOrResume webhook={webhook} refresh={poll.refresh} /> : null}
        </div>
      </div>
      <DeliveriesSection path={`${path}/deliveries`} latest={latest} refresh={poll.refresh} />
      <AboutWebhook webhook={webhook} />
      {holds('admin') ? <Administration webhook={webhook} refresh={poll.refresh} /> : null}
    </>
  );
}

interface WebhookProps {
  readonly webhook: Webhook;
  readonly refresh: () => void;
}

function PauseOrResume({ webhook: { id, status }, refresh }: WebhookProps) {
  const set = async () => {
    await change(`/v1/webhooks/${id}`, 'PATCH', { status: status === 'active' ? 'paused' : 'active' });
    refresh();
  };
  return <Action label={status === 'active' ? 'Pause' : 'Resume'} work={set} />;
}

const AboutWebhook = ({
  webhook: { id, url, types, createdAt, previousSecretUntil },
}: {
  readonly webhook: Webhook;
}) => (
  <Section title="About this webhook">
    <Facts
      rows={[
        ['URL', <Id key="url" text={url} />],
        ['Events', types === null ? 'all' : <Foreign key="types" text={types.join(', ')} most={2000} />],
        previousSecretUntil
          ? ['Signed by both secrets until', <Time key="until" iso={previousSecretUntil} ago />]
          : null,
        ['Created', <Time key="at" iso={createdAt} />],
        ['Id', <Id key="id" text={id} />],
      ]}
    />
  </Section>
);

function Administration({ webhook, refresh }: WebhookProps) {
  const { route } = useLocation();
  const secret = useSignal<string | null>(null);
  const name = webhookName(webhook);
  const rotate = async () => {
    secret.value = (await change<CreatedWebhook>(`/v1/webhooks/${webhook.id}/secret-rotation`, 'POST', {})).secret;
    refresh();
  };
  const remove = async () => {
    await change(`/v1/webhooks/${webhook.id}`, 'DELETE');
    route('/console/settings');
  };
  return (
    <Section title="Secret and removal">
      <p>
        A rotation gives a new secret. For 24 hours deliveries are signed by both, so that the receiver can change over
        without missing one.
      </p>
      {secret.value ? (
        <NewSecret secret={secret.value} what="the webhook" dismiss={() => (secret.value = null)} />
      ) : null}
      <div class="buttons">
        <Action label="Rotate the secret" busyLabel="Rotating …" work={rotate} />
        <ConfirmedAction label="Remove" title={`Remove the webhook ${name}?`} name={name} work={remove}>
          <p>Its receiver gets no further event, and pending deliveries are not sent. This cannot be undone.</p>
        </ConfirmedAction>
      </div>
    </Section>
  );
}
