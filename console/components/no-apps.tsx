/** What a screen says that needs an app, where the team has none. */
import { Empty } from './feedback.tsx';
import { PostCommand } from './text.tsx';

export const NoApps = ({ title }: { readonly title: string }) => (
  <Empty title={title}>
    <p>An app uses databases, and its administrators are told by mail what happens to them:</p>
    <PostCommand
      path="/v1/apps"
      body='{"name":"my-app","space":"my-space","admins":["me@example.com"]}'
      what="the request that creates an app"
    />
  </Empty>
);
