/** The deliveries of a webhook in the last 30 days: their status and timing, and sending one again. */
import { change } from '../api/call.ts';
import { useOlder } from '../api/pages.ts';
import { holds } from '../api/scopes.ts';
import type { Delivery, Page } from '../api/types.ts';
import { Action } from '../components/actions.tsx';
import { Empty } from '../components/feedback.tsx';
import { Section } from '../components/layout.tsx';
import { Badge, Time } from '../components/text.tsx';
import { deliveryLine } from '../view-models/webhooks.ts';

interface DeliveriesProps {
  /** Of the API. */
  readonly path: string;
  readonly latest: Page<Delivery>;
  readonly refresh: () => void;
}

export function DeliveriesSection({ path, latest, refresh }: DeliveriesProps) {
  const { items, isOver, readOlder } = useOlder(path, latest);
  return (
    <Section title="Deliveries" aside="of the last 30 days">
      {items.length === 0 ? (
        <Empty title="Nothing was sent yet">
          <p>A ping shows whether the receiver answers, and whether it accepts the signature.</p>
        </Empty>
      ) : (
        <ul class="rows">
          {items.map((delivery) => (
            <Line key={delivery.id} delivery={delivery} path={path} refresh={refresh} />
          ))}
        </ul>
      )}
      {isOver ? null : <Action label="Older deliveries" busyLabel="Reading …" work={readOlder} />}
    </Section>
  );
}

interface LineProps {
  readonly delivery: Delivery;
  readonly path: string;
  readonly refresh: () => void;
}

function Line({ delivery, path, refresh }: LineProps) {
  const { id, tone, status, event, outcome, nextAttemptAt, createdAt } = deliveryLine(delivery);
  const again = async () => {
    await change(`${path}/${id}/redelivery`, 'POST');
    refresh();
  };
  return (
    <li>
      <Badge tone={tone}>{status}</Badge>
      <span class="name">
        <bdi>{event}</bdi>
        <small>
          <Time iso={createdAt} seconds /> · {outcome}
          {nextAttemptAt ? (
            <>
              {' '}
              · next <Time iso={nextAttemptAt} utc={false} ago />
            </>
          ) : null}
        </small>
      </span>
      {holds('write') && status !== 'pending' ? (
        <span class="end">
          <Action label="Send again" busyLabel="Sending …" work={again} />
        </span>
      ) : null}
    </li>
  );
}
