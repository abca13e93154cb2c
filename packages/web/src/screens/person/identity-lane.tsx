import type { PersonLink } from '@syncline/contract/people';
import { ArrowRight } from 'lucide-react';
import { Badge } from '../../components/badge.tsx';
import { CopyValue } from '../../components/copy-value.tsx';
import { useWords } from '../../words/use-words.ts';
import { objectWord } from '../activity/activity.tsx';

/** Every id the person had in Salesforce, the oldest first, the one of now last; nothing where there was only one. */
export const IdentityLane = ({ links }: { readonly links: readonly PersonLink[] }) => {
  const { words, formats } = useWords();
  if (links.length < 2) return null;
  const inOrder = [...links].sort(
    (one, other) => Number(one.state === 'live') - Number(other.state === 'live') || one.from.localeCompare(other.from),
  );
  return (
    <ol className="lane" aria-label={words.person.identity}>
      {inOrder.map((link, place) => (
        <li key={link.salesforceId} data-live={link.state === 'live' ? '' : undefined}>
          {place === 0 ? null : <ArrowRight aria-hidden className="lane-arrow" />}
          <span className="lane-stop">
            <span className="row">
              <strong>{objectWord(link.object, words)}</strong>
              <Badge kind="link" state={link.state} />
            </span>
            <CopyValue value={link.salesforceId} />
            <span className="muted caption number">
              {link.to === null
                ? words.person.from(formats.date(link.from))
                : words.person.until(formats.date(link.from), formats.date(link.to))}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
};
