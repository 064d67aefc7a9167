/** What a screen says that needs an app, where the team has none. */
import { Empty } from './feedback.tsx';
import { Command } from './text.tsx';

const request = `curl -H "Authorization: Bearer $LATCHKEY_TOKEN" -H 'Content-Type: application/json' $LATCHKEY_URL/v1/apps -d '{"name":"my-app","space":"my-space","admins":["me@example.com"]}'`;

export const NoApps = ({ title }: { readonly title: string }) => (
  <Empty title={title}>
    <p>An app uses databases, and its administrators are told by mail what happens to them:</p>
    <Command text={request} what="the request that creates an app" />
  </Empty>
);
