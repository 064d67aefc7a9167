/** What a test reads of a deployment: its API's answers, its instances, and the mails that it sent. */
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import type { Deployment } from './deployment.ts';

interface Mail {
  readonly To: string[];
  readonly Subject: string;
  readonly BodyText: string;
}

interface DatabaseResponse {
  readonly status: string;
  readonly fork: { readonly caughtUp: boolean } | null;
}

export interface Backup {
  readonly status: string;
  readonly trigger: string;
}

interface Pages {
  readonly items: Record<string, unknown>[];
}

/** `ask` sends the team's token. */
export function stateOf(deployed: () => Deployment, ask: Deployment['ask']) {
  const itemsOf = async (path: string) => (await ask<Pages>(`GET ${path}`)).body.items;
  return {
    database: async (name = 'cart') => (await ask<DatabaseResponse>(`GET /v1/databases/${name}`)).body,
    backups: async () => (await ask<{ items: Backup[] }>('GET /v1/databases/cart/backups')).body.items,
    lockout: async () => (await ask<{ items: { state: string }[] }>('GET /v1/lockouts')).body.items[0],
    itemsOf,
    /** The newest event of EventBridge about such a call in the customer's account. */
    news: (name: string) => {
      const found = deployed().news.findLast(({ detail }) => detail.eventName === name);
      if (!found) throw new Error(`There is no event of ${name}.`);
      return found;
    },
    entry: async (type: string) => (await itemsOf('/v1/timeline')).find((each) => each.type === type),
    /** The states of all instances that were not terminated. */
    instanceStates: async () => {
      const { Reservations = [] } = await deployed().ec2.send(new DescribeInstancesCommand({}));
      const states = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ State }) => State?.Name));
      return states.filter((state) => state !== 'terminated');
    },
    /** Whether a mail with such a subject and this word in its text was sent to the address. */
    mailed: async (to: string, subject: RegExp, word: string) => {
      const { messages } = (await (await fetch(`${deployed().aws.url}/_ministack/ses/messages`)).json()) as {
        messages: Record<string, Mail[]>;
      };
      return Object.values(messages)
        .flat()
        .some(({ To, Subject, BodyText }) => To.includes(to) && subject.test(Subject) && BodyText.includes(word));
    },
  };
}
