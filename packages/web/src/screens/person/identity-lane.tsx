import type { PersonLink } from '@syncline/contract/people';
import { ArrowRight } from 'lucide-react';
import { Badge } from '../../components/badge.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';
import { type Lane, lanesOf } from './lanes.ts';

/** Every id the person had in Salesforce, each a lane that runs into the record it ended in; nothing where there was only one. */
export const IdentityLane = ({ links }: { readonly links: readonly PersonLink[] }) => {
  const { words } = useWords();
  if (links.length < 2) return null;
  return (
    <ol className="lanes" aria-label={words.person.identity}>
      {lanesOf(links).map((lane) => (
        <li key={lane.link.salesforceId}>
          <OneLane lane={lane} />
        </li>
      ))}
    </ol>
  );
};

const OneLane = ({ lane }: { readonly lane: Lane }) => {
  const { words } = useWords();
  if (lane.from.length === 0) return <Stop link={lane.link} />;
  return (
    <span className="lane">
      <ol className="lane-from">
        {lane.from.map((each) => (
          <li key={each.link.salesforceId}>
            <OneLane lane={each} />
          </li>
        ))}
      </ol>
      <ArrowRight aria-hidden className="lane-arrow" />
      <span className="visually-hidden">{words.person.laneInto}</span>
      <Stop link={lane.link} />
    </span>
  );
};

const Stop = ({ link }: { readonly link: PersonLink }) => {
  const { words, formats } = useWords();
  return (
    <span className="lane-stop" data-live={link.state === 'live' ? '' : undefined}>
      <span className="row">
        <strong>{objectWord(link.object, words)}</strong>
        <Badge kind="link" state={link.state} />
        <span className="muted caption number">
          {link.to === null
            ? words.person.from(formats.date(link.from))
            : words.person.laneEnded(formats.date(link.to))}
        </span>
      </span>
      <CopyValue value={link.salesforceId} />
    </span>
  );
};
