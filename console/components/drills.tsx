/** Drills as a list. */
import type { Drill } from '../api/types.ts';
import { drillState } from '../view-models/drills.ts';
import { Badge, Foreign, Time } from './text.tsx';

export const DrillList = ({ drills }: { readonly drills: readonly Drill[] }) => (
  <ul class="rows">
    {drills.map((drill) => {
      const { tone, word, sentence } = drillState(drill);
      return (
        <li key={drill.id}>
          <Badge tone={tone}>{word}</Badge>
          <span class="name">
            <a href={`/console/drills/${drill.id}`}>
              {drill.mode} drill of <Foreign text={drill.database.name} most={63} />
            </a>
            <small>
              {sentence} Started <Time iso={drill.startedAt} ago />
            </small>
          </span>
        </li>
      );
    })}
  </ul>
);
