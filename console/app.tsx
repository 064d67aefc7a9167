/**
 * The frame and the routes. Without a session every address shows the sign-in, and goes on to the address afterwards.
 */
import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { session, signOut } from './api/session.ts';
import type { Session } from './api/types.ts';
import { StaleBanner } from './components/feedback.tsx';
import { Screen } from './components/layout.tsx';
import { Mark } from './components/mark.tsx';
import { Foreign } from './components/text.tsx';
import { DatabaseScreen } from './screens/database.tsx';
import { DatabasesScreen } from './screens/databases.tsx';
import { DrillScreen } from './screens/drill.tsx';
import { DrillsScreen } from './screens/drills.tsx';
import { KeyScreen } from './screens/key.tsx';
import { KeysScreen } from './screens/keys.tsx';
import { LockoutScreen } from './screens/lockout.tsx';
import { LockoutsScreen } from './screens/lockouts.tsx';
import { RegisterScreen } from './screens/register.tsx';
import { SettingsScreen } from './screens/settings.tsx';
import { SignInScreen } from './screens/sign-in.tsx';
import { WebhookScreen } from './screens/webhook.tsx';

export function App() {
  const state = session.value;
  if (state.kind === 'starting') return <p class="starting">Latchkey</p>;
  if (state.kind === 'signed-out') return <SignInScreen reason={state.reason} problem={state.problem} />;
  return (
    // Another session, perhaps of another team, begins with nothing of what the one before had read.
    <LocationProvider key={state.session.id} scope="/console">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header session={state.session} />
      <StaleBanner />
      <Router>
        <Route path="/console" component={KeysScreen} />
        <Route path="/console/keys/:id" component={KeyScreen} />
        <Route path="/console/databases" component={DatabasesScreen} />
        <Route path="/console/databases/:id" component={DatabaseScreen} />
        <Route path="/console/lockouts" component={LockoutsScreen} />
        <Route path="/console/lockouts/:id" component={LockoutScreen} />
        <Route path="/console/drills" component={DrillsScreen} />
        <Route path="/console/drills/:id" component={DrillScreen} />
        <Route path="/console/register" component={RegisterScreen} />
        <Route path="/console/settings" component={SettingsScreen} />
        <Route path="/console/webhooks/:id" component={WebhookScreen} />
        <Route default component={UnknownScreen} />
      </Router>
    </LocationProvider>
  );
}

const places = [
  ['Keys', '/console', /^\/console\/?$|^\/console\/(keys|register)/],
  ['Databases', '/console/databases', /^\/console\/databases/],
  ['Lockouts', '/console/lockouts', /^\/console\/lockouts/],
  ['Drills', '/console/drills', /^\/console\/drills/],
  ['Settings', '/console/settings', /^\/console\/(settings|webhooks)/],
] as const;

function Header({ session: { team, person } }: { readonly session: Session }) {
  const { path } = useLocation();
  return (
    <header class="top">
      <div>
        <a class="brand" href="/console">
          <Mark /> Latchkey
        </a>
        <nav aria-label="Main">
          {places.map(([label, href, pattern]) => (
            <a key={href} href={href} aria-current={pattern.test(path) ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <p class="who">
          <span class="names">
            <Foreign text={team.name} most={40} /> · <Foreign text={person} most={60} />
          </span>
          <button type="button" class="small" onClick={() => void signOut()}>
            Sign out
          </button>
        </p>
      </div>
    </header>
  );
}

const UnknownScreen = () => (
  <Screen title="No such page">
    <p>
      The console has no page at this address. <a href="/console">All keys</a>
    </p>
  </Screen>
);
