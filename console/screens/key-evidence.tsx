/** Signed evidence, by period: a page to read and print, and the bundle as JSON. */

import { useSignal } from '@preact/signals';
import { callForResponse } from '../api/call.ts';
import { now } from '../api/clock.ts';
import { Action } from '../components/actions.tsx';
import { Section } from '../components/layout.tsx';
import { type Period, periods } from '../view-models/evidence.ts';
import { dayRange } from '../view-models/time.ts';

interface EvidenceProps {
  readonly keyId: string;
  readonly createdAt: string;
}

const formats = { page: ['text/html', 'html'], JSON: ['application/json', 'json'] } as const;

/** Saved as a file: a link could not carry the access token. */
async function download(keyId: string, { from, to }: Period, format: keyof typeof formats): Promise<void> {
  const [accept, extension] = formats[format];
  const query = new URLSearchParams({ from, to });
  const response = await callForResponse(`/v1/keys/${keyId}/evidence?${query}`, { accept });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `latchkey-evidence-${keyId}-${from.slice(0, 10)}-${to.slice(0, 10)}.${extension}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const few = 3;

export function EvidenceSection({ keyId, createdAt }: EvidenceProps) {
  const all = periods(createdAt, now.peek());
  const shown = useSignal(few);
  return (
    <Section title="Evidence" aside="signed, verifiable offline">
      <ul class="rows evidence">
        {all.slice(0, shown.value).map((period) => (
          <li key={period.label}>
            <span class="name">{period.label}</span>
            <span class="faint">{dayRange(period.from, period.to)}</span>
            <span class="end">
              <Action label="Page" busyLabel="Signing …" work={() => download(keyId, period, 'page')} />
              <Action label="JSON" busyLabel="Signing …" work={() => download(keyId, period, 'JSON')} />
            </span>
          </li>
        ))}
      </ul>
      {all.length > shown.value ? (
        <button type="button" onClick={() => (shown.value = all.length)}>
          Earlier months
        </button>
      ) : null}
    </Section>
  );
}
