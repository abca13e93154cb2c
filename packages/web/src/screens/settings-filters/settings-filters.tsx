import '../mappings/mappings.css';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { Faces } from '../../components/faces.tsx';
import { Page } from '../../components/page.tsx';
import { useWords } from '../../words/use-words.ts';
import { ObjectFilters } from '../filters/object-filters.tsx';
import { DraftBar } from '../mappings/draft-bar.tsx';
import { SettingsTabs } from '../settings/settings-tabs.tsx';

/** N117: the filters of all objects, beside the other choices of how the sync behaves. A filter is part of the map, and so is its draft. */
export const SettingsFiltersScreen = () => {
  const { words } = useWords();
  const maps = useQuery(queries.fieldMaps());
  return (
    <Page title={words.settings.title} width="narrow">
      <SettingsTabs />
      <Faces query={maps}>
        {({ isStarted, draft }) => (
          <>
            <ObjectFilters isStarted={isStarted} />
            {draft === null ? null : <DraftBar draft={draft} />}
          </>
        )}
      </Faces>
    </Page>
  );
};
