import '../mappings/mappings.css';
import './filters.css';
import type { FilterOfObject } from '@syncline/contract/filters';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Faces } from '../../components/faces.tsx';
import { Notice } from '../../components/notice.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { filterText } from '../mappings/filter-text.ts';
import { FilterCount } from './filter-count.tsx';
import { FilterEditor } from './filter-editor.tsx';

/** Which records of each object are in the sync; one filter is edited at a time. */
export const ObjectFilters = ({ isStarted }: { readonly isStarted: boolean }) => {
  const { words } = useWords();
  const filters = useQuery(queries.filters());
  const [edited, setEdited] = useState<FilterOfObject['object'] | null>(null);
  return (
    <div className="stack">
      <p className="muted">
        {words.filters.lead} {isStarted ? words.filters.draftHint : null}
      </p>
      <Faces query={filters}>
        {(data) => (
          <ul className="filter-list">
            {data.filters.map((of) => (
              <li key={of.object} className="card stack tight">
                <OneFilter
                  of={of}
                  isStarted={isStarted}
                  isEdited={edited === of.object}
                  onEdit={() => setEdited(of.object)}
                  onDone={() => setEdited(null)}
                />
              </li>
            ))}
          </ul>
        )}
      </Faces>
    </div>
  );
};

interface OneFilterProps {
  readonly of: FilterOfObject;
  readonly isStarted: boolean;
  readonly isEdited: boolean;
  readonly onEdit: () => void;
  readonly onDone: () => void;
}

const OneFilter = ({ of, isStarted, isEdited, onEdit, onDone }: OneFilterProps) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const object = words.objects[of.object];
  const save = useMutation({
    mutationFn: (filter: FilterOfObject['filter']) => api.editMap([{ kind: 'filter', object: of.object, filter }]),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['field-maps'] });
      onDone();
    },
  });
  return (
    <>
      <div className="row spread">
        <h2 className="filter-title">{object}</h2>
        <FilterCount object={of.object} filter={of.filter} />
      </div>
      <p>
        {filterText(of.filter, words)} {of.isDrafted ? <span className="drafted">{words.mappings.drafted}</span> : null}
      </p>
      {of.isScanning ? <Notice tone="run" live="polite" title={words.filters.scanning} /> : null}
      {of.isSlow ? (
        <Notice tone="warn" title={words.filters.slow}>
          <p>{words.filters.slowMore}</p>
        </Notice>
      ) : null}
      {isEdited ? (
        <FilterEditor
          of={of}
          isStarted={isStarted}
          isPending={save.isPending}
          problem={save.error === null ? null : problemOf(save.error)}
          onSave={(filter) => save.mutate(filter)}
          onCancel={onDone}
        />
      ) : (
        <div className="row">
          <Button isSmall isDisabled={!mayAdminister} label={words.filters.editOf(object)} onPress={onEdit}>
            {words.filters.edit}
          </Button>
        </div>
      )}
    </>
  );
};
