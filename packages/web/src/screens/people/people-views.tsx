import { PEOPLE_VIEWS, type PeopleView } from '@syncline/contract/people';
import { useQuery } from '@tanstack/react-query';
import type { PeopleFilter } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { TabLink } from '../../components/tab-link.tsx';
import { useTotal } from '../../components/total.tsx';
import { useWords } from '../../words/use-words.ts';

/** The views with how many each holds; what else narrows the list stays when the view changes. */
export const Views = ({ filter }: { readonly filter: PeopleFilter }) => {
  const { words } = useWords();
  const totalOf = useTotal();
  const counts = useQuery(queries.peopleViews()).data?.views ?? [];
  const countOf = (view: PeopleView): string => {
    const counted = counts.find((each) => each.view === view);
    if (counted === undefined || (counted.total === 0 && view !== 'all')) return '';
    return totalOf(counted);
  };
  return (
    <nav className="views" aria-label={words.people.viewsLabel}>
      {PEOPLE_VIEWS.map((view) => (
        <TabLink
          key={view}
          to="/people"
          search={{ ...filter, view: view === 'all' ? undefined : view }}
          isCurrent={(filter.view ?? 'all') === view}
        >
          {words.people.views[view]} <span className="view-count number">{countOf(view)}</span>
        </TabLink>
      ))}
    </nav>
  );
};
