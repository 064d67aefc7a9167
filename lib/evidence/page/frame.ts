/** The frame of every signed page: it contains the signed file, so that it can be rendered again and compared. */
import { html, type Markup } from '#lib/notifications/mail/markup.ts';
import type { Signature } from '../statement.ts';
import { sheet } from './style.ts';
import { code, facts, lines } from './tables.ts';

const opening = '<script type="application/json" id="bundle">';
const closing = '</script>';

/** The file's JSON, escaped for a script element. */
const embedded = (file: unknown): string => JSON.stringify(file).replaceAll('<', '\\u003c');

/** The JSON in a page; null for other texts. */
export function bundleTextIn(page: string): string | null {
  const start = page.indexOf(opening);
  const end = page.indexOf(closing, start);
  return start < 0 || end < 0 ? null : page.slice(start + opening.length, end);
}

interface SignedPage {
  readonly file: {
    readonly statement: { readonly summary: string; readonly verify: readonly string[] };
    readonly signature: Signature;
  };
  readonly title: string;
  readonly brand: string;
  readonly heading: string;
  readonly sections: Markup;
}

export function signedPage({ file, title, brand, heading, sections }: SignedPage): string {
  const { statement, signature } = file;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ markup: sheet }}</style>
</head>
<body>
<p class="brand">Latchkey · ${brand}</p>
<h1>${heading}</h1>
<p class="lead">${statement.summary}</p>
${sections}
${verification(statement.verify, signature)}
${{ markup: opening }}${{ markup: embedded(file) }}${{ markup: closing }}
</body>
</html>
`.markup;
}

const verification = (
  verify: readonly string[],
  { keyId, algorithm, value, publicKey }: Signature,
): Markup => html`<h2>Signature</h2>
<p class="note">The signature is of the bundle in this file. The page is rendered from the bundle alone, so
that it can be rendered again and compared.</p>
${facts([
  ['Signed by', code(keyId)],
  ['Algorithm', algorithm],
  ['Signature', code(value)],
  ['Public key, as in this file', html`<pre><code>${publicKey}</code></pre>`],
])}
<h3>How to verify it</h3>
${lines(verify.map((line) => html`<pre><code>${line}</code></pre>`))}`;
