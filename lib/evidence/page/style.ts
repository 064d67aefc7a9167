/** The page's style sheet for screen and print. No external images, scripts or fonts. */
import { accents, light, mono, sans } from '#lib/design-tokens.ts';

const { ink, body, faint, line, soft } = light;

export const sheet = `
:root { --ink: ${ink}; --body: ${body}; --faint: ${faint}; --line: ${line}; --soft: ${soft}; \
--good: ${accents.green.strong}; --alarm: ${accents.red.strong}; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 48px 32px 64px; max-width: 1080px; color: var(--body);
  font: 14px/1.55 ${sans}; }
h1 { margin: 0 0 6px; font-size: 26px; line-height: 1.25; color: var(--ink); letter-spacing: -.01em; }
h2 { margin: 44px 0 4px; padding-top: 20px; border-top: 2px solid var(--ink); font-size: 19px; color: var(--ink); }
h3 { margin: 26px 0 2px; font-size: 14px; color: var(--ink); }
p { margin: 0 0 10px; }
.brand { margin: 0 0 22px; font-weight: 600; font-size: 12px; letter-spacing: .08em; \
text-transform: uppercase; color: var(--faint); }
.lead { font-size: 16px; color: var(--ink); }
.note { color: var(--faint); font-size: 13px; }
table { width: 100%; border-collapse: collapse; margin: 8px 0 0; font-size: 12.5px; }
th { padding: 5px 14px 5px 0; text-align: left; font-weight: 500; color: var(--faint); white-space: nowrap; }
td { padding: 6px 14px 6px 0; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
code.at, code.id { white-space: nowrap; }
table.inner { margin: 0; font-size: 11.5px; }
table.inner td { padding: 0 12px 0 0; border: 0; overflow-wrap: normal; }
table.facts th { width: 150px; border-top: 1px solid var(--line); vertical-align: top; padding-top: 6px; }
code { font: 11.5px/1.5 ${mono}; color: var(--ink); }
pre { margin: 6px 0 12px; padding: 10px 12px; background: var(--soft); border: 1px solid var(--line); \
border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
.good { color: var(--good); font-weight: 600; }
.alarm { color: var(--alarm); font-weight: 600; }
@page { margin: 16mm 14mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 11px; }
  h2 { break-after: avoid; } h3 { break-after: avoid; } tr { break-inside: avoid; } \
table { font-size: 10px; } code { font-size: 9px; }
}
`;
