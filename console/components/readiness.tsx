/** Whether the switch would work: what is open with its fix, and what passes. */
import type { ReadinessLine, ReadinessSummary } from '../view-models/readiness.ts';
import { Badge, Command, Foreign, Time } from './text.tsx';

export const ReadinessList = ({
  summary: { tone, sentence, open, passed },
}: {
  readonly summary: ReadinessSummary;
}) => (
  <>
    <p class="lead">
      <Badge tone={tone}>{sentence}</Badge>
    </p>
    <ul class="rows readiness">
      {open.map((line) => (
        <OpenItem key={line.code} line={line} />
      ))}
    </ul>
    {passed.length > 0 ? (
      <details>
        <summary>{passed.length} passed</summary>
        <ul class="rows readiness">
          {passed.map(({ code, title, detail }) => (
            <li key={code}>
              <Badge tone="green">pass</Badge>
              <span class="name">
                <bdi>{title}</bdi>
                <small>
                  <Foreign text={detail} most={1000} />
                </small>
              </span>
            </li>
          ))}
        </ul>
      </details>
    ) : null}
  </>
);

const OpenItem = ({ line: { title, status, tone, detail, fix, since } }: { readonly line: ReadinessLine }) => (
  <li>
    <Badge tone={tone}>{status}</Badge>
    <span class="name">
      <bdi>{title}</bdi>
      <small>
        <Foreign text={detail} most={1000} />
        {since ? (
          <>
            {' '}
            Since <Time iso={since} />.
          </>
        ) : null}
      </small>
      {fix.map(({ text, commands }) => (
        <div key={`${text} ${commands.join('\n')}`} class="fix">
          {text ? (
            <p>
              <Foreign text={text} most={1000} />
            </p>
          ) : null}
          {commands.length > 0 ? <Command text={commands.join('\n')} what={text ?? `the fix for ${title}`} /> : null}
        </div>
      ))}
    </span>
  </li>
);
