/** The blast radius as a picture: columns of lists, with lines between them where the page is wide enough. */
import type { BlastRadius, RadiusColumn, RadiusEdge, RadiusNode } from '../view-models/blast-radius.ts';
import { count } from '../view-models/names.ts';
import { Dot } from './text.tsx';

/** Of a box and of a row, in pixels, as the style sheet has them. */
const boxHeight = 42;
const rowHeight = 50;
const middle = (row: number): number => row * rowHeight + boxHeight / 2;

export const BlastRadiusPicture = ({ radius }: { readonly radius: BlastRadius }) => (
  <div class="radius">
    {radius.columns.flatMap((column, index) => [
      ...(index === 0
        ? []
        : [<Lines key={`lines-${column.title}`} edges={radius.edges[index - 1] ?? []} rows={rowsOf(radius)} />]),
      <Column key={column.title} column={column} />,
    ])}
  </div>
);

const rowsOf = ({ columns }: BlastRadius): number =>
  Math.max(...columns.map(({ nodes, more }) => nodes.length + (more > 0 ? 1 : 0)));

const Column = ({ column: { title, total, nodes, more } }: { readonly column: RadiusColumn }) => (
  <div class="radius-column">
    <h3>
      {title} <span class="faint">{title === 'Key' ? '' : total}</span>
    </h3>
    <ul>
      {nodes.map((node) => (
        <Node key={node.label} node={node} />
      ))}
      {more > 0 ? <li class="more">and {count(more, 'more', 'more')}</li> : null}
      {nodes.length === 0 ? <li class="more">none</li> : null}
    </ul>
  </div>
);

const Node = ({ node: { label, note, tone, href } }: { readonly node: RadiusNode }) => (
  <li>
    <Dot tone={tone} />
    <span class="node">
      {href ? (
        <a href={href}>
          <bdi>{label}</bdi>
        </a>
      ) : (
        <bdi>{label}</bdi>
      )}
      <small>{note}</small>
    </span>
  </li>
);

/** Decoration: the lists say the same by their order and notes. */
const Lines = ({ edges, rows }: { readonly edges: readonly RadiusEdge[]; readonly rows: number }) => (
  <svg
    class="radius-lines"
    aria-hidden="true"
    viewBox={`0 0 100 ${rows * rowHeight}`}
    height={rows * rowHeight}
    preserveAspectRatio="none"
  >
    {edges.map(({ from, to }) => (
      <path key={`${from}-${to}`} d={`M0 ${middle(from)} C50 ${middle(from)} 50 ${middle(to)} 100 ${middle(to)}`} />
    ))}
  </svg>
);
