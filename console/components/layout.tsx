/** The frame of every screen: headings that take the focus on navigation, sections, and rows of facts. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface ScreenProps {
  readonly title: string;
  readonly eyebrow?: ComponentChildren;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The page's title goes to the tab; the heading gets the focus, so that a screen reader announces the new screen. */
export function Screen({ title, eyebrow, aside, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Latchkey`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <main id="main">
      <header class="screen">
        <div>
          {eyebrow ? <p class="eyebrow">{eyebrow}</p> : null}
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
        </div>
        {aside}
      </header>
      {children}
    </main>
  );
}

interface SectionProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export const Section = ({ title, aside, children }: SectionProps) => (
  <section aria-label={title}>
    <header>
      <h2>{title}</h2>
      {aside ? <div class="aside">{aside}</div> : null}
    </header>
    {children}
  </section>
);

export type FactRow = readonly [label: string, value: ComponentChildren];

export const Facts = ({ rows }: { rows: readonly (FactRow | null)[] }) => (
  <dl class="facts">
    {rows.map((row) =>
      row ? (
        <div key={row[0]}>
          <dt>{row[0]}</dt>
          <dd>{row[1]}</dd>
        </div>
      ) : null,
    )}
  </dl>
);
