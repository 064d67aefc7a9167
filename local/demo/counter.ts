/** The counter app of `examples/counter-app`, run by the platform, and visited. */
import { DemoFailure } from './failure.ts';
import type { LatchkeyApi } from './latchkey-api.ts';

export interface Counter {
  readonly port: number;
  /** The number of this visit; null while the app or its Redis is away. */
  visit(): Promise<number | null>;
  /** The number of the last successful visit. */
  last(): number;
}

export function counterAt(port: number): Counter {
  let last = 0;
  return {
    port,
    async visit() {
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) }).catch(
        () => null,
      );
      if (!response?.ok) return null;
      last = ((await response.json()) as { visits: number }).visits;
      return last;
    },
    last: () => last,
  };
}

export async function startCounter(
  api: LatchkeyApi,
  { app, counter, folder }: { app: string; counter: Counter; folder: string },
): Promise<void> {
  const changes = [
    [`/v1/apps/${app}/config-vars`, { PORT: String(counter.port) }],
    [`/v1/apps/${app}`, { process: { command: [process.execPath, '--no-warnings', 'server.ts'], cwd: folder } }],
  ] as const;
  for (const [path, body] of changes) {
    const { status, text } = await api.send('PATCH', path, body);
    if (status >= 300) throw new DemoFailure(`PATCH ${path} answered ${status}: ${text}`);
  }
}
