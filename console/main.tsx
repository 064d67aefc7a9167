/** The web console: a client of the public REST API. */
import { render } from 'preact';
import { startSession } from './api/session.ts';
import { App } from './app.tsx';

const root = document.getElementById('app');
if (root) render(<App />, root);
void startSession();
