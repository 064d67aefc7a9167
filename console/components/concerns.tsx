/** What needs a person: one line each, with the keys that it is about. */
import { now } from '../api/clock.ts';
import type { Concern } from '../view-models/concerns.ts';
import { count } from '../view-models/names.ts';
import { countdown } from '../view-models/time.ts';
import { Section } from './layout.tsx';
import { Dot, Foreign } from './text.tsx';

export const Concerns = ({ concerns }: { readonly concerns: readonly Concern[] }) => (
  <Section title="Needs a person">
    <ul class="concerns">
      {concerns.map((concern) => (
        <ConcernLine key={concern.id} concern={concern} />
      ))}
    </ul>
  </Section>
);

const ConcernLine = ({ concern: { tone, text, stopsAt, keys, more } }: { readonly concern: Concern }) => (
  <li class={tone}>
    <Dot tone={tone} />
    <span class="what">
      {keys.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 ? ', ' : ''}
          <a href={`/console/keys/${id}`}>
            <Foreign text={name} most={80} />
          </a>
        </span>
      ))}
      {more > 0 ? ` and ${count(more, 'more key')}` : ''}: <Foreign text={text} />
    </span>
    {stopsAt ? (
      <span class="end">
        stop in <strong class="digits">{countdown(Date.parse(stopsAt) - now.value)}</strong>
      </span>
    ) : null}
  </li>
);
