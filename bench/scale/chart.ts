/**
 * The chart of `docs/performance.md`: how long a lockout takes, and how many requests, against the number of databases.
 */
import type { Measured } from '../latest.ts';
import { nameOf, requestsNameOf } from './lockouts.ts';

export interface Point {
  readonly databases: number;
  /** Seconds. */
  readonly stopped: number;
  readonly restored: number;
  /** To AWS, for each database. */
  readonly requests: number;
}

/** The measurements of the row by size; empty before the first measurement. */
export function pointsIn(rows: readonly Measured[]): Point[] {
  const own = rows.filter(({ key }) => key === 'lockouts-at-scale');
  const measured = (name: string) => own.find((row) => row.name === name)?.value;
  return [1, 100, 1000, 10_000].flatMap((databases) => {
    const stopped = measured(nameOf(databases, 'stopped'));
    const restored = measured(nameOf(databases, 'restored'));
    const requests = measured(requestsNameOf(databases));
    return stopped === undefined || restored === undefined || requests === undefined
      ? []
      : [{ databases, stopped, restored, requests }];
  });
}

interface Panel {
  readonly left: number;
  readonly title: string;
  readonly unit: string;
  /** Values at the grid's lines, the first at the bottom. */
  readonly grid: readonly number[];
  readonly isLogarithmic: boolean;
  readonly lines: readonly { readonly style: string; readonly name: string; readonly of: (point: Point) => number }[];
}

const size = { width: 860, height: 360 };
const plot = { top: 84, width: 330, height: 200 };

/** Two panels side by side; both have the databases along the bottom, tenfold from mark to mark. */
export function lockoutChart(points: readonly Point[]): string {
  const minutes: Panel = {
    ...{
      left: 64,
      title: 'Minutes until all is stopped, and restored',
      unit: 'min',
      grid: [0, 2, 4, 6, 8],
      isLogarithmic: false,
    },
    lines: [
      { style: 'stopped', name: 'stopped', of: ({ stopped }) => stopped / 60 },
      { style: 'restored', name: 'restored', of: ({ restored }) => restored / 60 },
    ],
  };
  const requests: Panel = {
    ...{
      left: 492,
      title: 'Requests to AWS for each database',
      unit: '',
      grid: [1, 10, 100, 1000],
      isLogarithmic: true,
    },
    lines: [{ style: 'requests', name: 'both ways', of: ({ requests: each }) => each }],
  };
  const { width, height } = size;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">A lockout of 1 to 10,000 databases on one key: ${points.map(spoken).join('; ')}</title>
<style>${sheet}</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="14" class="paper"/>
${[minutes, requests].flatMap((panel) => drawn(panel, points)).join('\n')}
</svg>
`;
}

const spoken = ({ databases, stopped, restored, requests }: Point): string =>
  `${databases.toLocaleString('en')} stopped in ${Math.round(stopped)} s and restored in ${Math.round(restored)} ` +
  `s, with ${rounded(requests)} requests each`;

const rounded = (value: number): string => String(Number(value.toPrecision(value < 10 ? 2 : 3)));

function drawn(panel: Panel, points: readonly Point[]): string[] {
  const x = ({ databases }: { databases: number }) => panel.left + (Math.log10(databases) / 4) * plot.width;
  const y = heightOf(panel);
  const bottom = plot.top + plot.height;
  return [
    text(panel.left, 36, { words: panel.title, style: 'head' }),
    ...panel.grid.flatMap((value) => [
      `<path d="M${panel.left} ${y(value)}h${plot.width}" class="grid"/>`,
      text(panel.left - 8, y(value) + 4, {
        words: `${value.toLocaleString('en')} ${panel.unit}`.trim(),
        style: 'tick end',
      }),
    ]),
    ...[1, 10, 100, 1000, 10_000].map((databases) =>
      text(x({ databases }), bottom + 22, { words: databases.toLocaleString('en'), style: 'tick middle' }),
    ),
    text(panel.left + plot.width / 2, bottom + 48, { words: 'databases on the key', style: 'tick middle' }),
    ...panel.lines.flatMap(({ style, name, of }, index) => [
      `<path d="M${points.map((point) => `${x(point)} ${y(of(point))}`).join('L')}" class="line ${style}"/>`,
      ...points.map((point) => `<circle cx="${x(point)}" cy="${y(of(point))}" r="3.5" class="dot ${style}"/>`),
      `<circle cx="${panel.left + 4 + index * 90}" cy="57" r="3.5" class="dot ${style}"/>`,
      text(panel.left + 14 + index * 90, 61, { words: name, style: 'tick' }),
    ]),
  ];
}

function heightOf({ grid, isLogarithmic }: Panel): (value: number) => number {
  const scaled = (value: number) => (isLogarithmic ? Math.log10(Math.max(value, 0.1)) : value);
  const [low, high] = [scaled(grid[0] ?? 0), scaled(grid.at(-1) ?? 1)];
  return (value) => Math.round((plot.top + plot.height * (1 - (scaled(value) - low) / (high - low))) * 10) / 10;
}

const text = (x: number, y: number, { words, style }: { words: string; style: string }): string =>
  `<text x="${Math.round(x)}" y="${y}" class="${style}">${words}</text>`;

const sheet = `
text{font:13px system-ui,sans-serif;fill:#24292f}
.head{font-weight:600;font-size:14px}
.tick{fill:#57606a}
.end{text-anchor:end}
.middle{text-anchor:middle}
.paper{fill:#fff;stroke:#d0d7de}
.grid{stroke:#d8dee4;stroke-width:1}
.line{fill:none;stroke-width:2}
.stopped{stroke:#bc4c00;--c:#bc4c00}
.restored{stroke:#1a7f37;--c:#1a7f37}
.requests{stroke:#0969da;--c:#0969da}
.dot{fill:var(--c)}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.tick{fill:#9198a1}
.paper{fill:#0d1117;stroke:#30363d}
.grid{stroke:#30363d}
.stopped{stroke:#f0883e;--c:#f0883e}
.restored{stroke:#3fb950;--c:#3fb950}
.requests{stroke:#58a6ff;--c:#58a6ff}
}
`;
