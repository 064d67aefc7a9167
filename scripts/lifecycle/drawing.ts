/**
 * The shapes of the picture, as SVG text: boxes, arrows with round corners, labels, brackets over a span. Units are
 * SVG's own.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const box = { width: 124, height: 62, gap: 46 };

export function stateBox({ x, y }: Point, [first, second]: readonly [string, string?], style: string): string {
  const middle = x + box.width / 2;
  const lines = second === undefined ? [[first, 37]] : [[first, 27] as const, [second, 46] as const];
  const words = lines
    .map(([line, dy]) => `<text x="${middle}" y="${y + Number(dy)}" class="state">${line}</text>`)
    .join('');
  return `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="12" class="box ${style}"/>${words}`;
}

/**
 * An arrow through the points, with round corners; `name` is in the SVG, so that a reader of the file finds the edge.
 */
export function arrow(points: readonly Point[], name: string, style: string): string {
  const [start, ...rest] = points;
  if (!start) return '';
  const corners = rest
    .slice(0, -1)
    .map((corner, index) => rounded(corner, points[index] ?? corner, rest[index + 1] ?? corner));
  const end = rest.at(-1) ?? start;
  const path = `M${start.x} ${start.y}${corners.join('')}L${end.x} ${end.y}`;
  const head = style.split(' ')[0];
  return `<path d="${path}" class="edge ${style}" marker-end="url(#${head})"><title>${name}</title></path>`;
}

const radius = 12;

function rounded(corner: Point, before: Point, after: Point): string {
  const towards = (to: Point): Point => ({
    x: corner.x + Math.sign(to.x - corner.x) * radius,
    y: corner.y + Math.sign(to.y - corner.y) * radius,
  });
  const [into, out] = [towards(before), towards(after)];
  return `L${into.x} ${into.y}Q${corner.x} ${corner.y} ${out.x} ${out.y}`;
}

export const label = ({ x, y }: Point, words: string, style = ''): string =>
  `<text x="${x}" y="${y}" class="label ${style}">${words}</text>`;

/** A bracket over a span, with a label. */
export const bracket = (from: number, to: number, { y, words }: { y: number; words: string }): string =>
  `<path d="M${from} ${y + 9}v-9h${to - from}v9" class="bracket"/>` +
  `<text x="${(from + to) / 2}" y="${y - 9}" class="time">${words}</text>`;

export const marker = (id: string): string =>
  `<marker id="${id}" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="7" markerHeight="7" ` +
  'orient="auto-start-reverse">' +
  `<path d="M0 .8 9.2 5 0 9.2z" class="head ${id}"/></marker>`;
