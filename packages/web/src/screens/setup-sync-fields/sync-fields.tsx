import './sync-fields.css';
import type { SyncField, SyncFields } from '@syncline/contract/setup';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf, shownProblem } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Check } from '../../components/check.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Select } from '../../components/select.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { inReadingOrder } from '../../lib/object-order.ts';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { SetupTrail } from '../setup/setup-trail.tsx';
import {
  type Dropped,
  droppedOf,
  type FieldFilter,
  matching,
  nameOf,
  unusedIn,
  withField,
  withFields,
} from './choice.ts';
import { FieldTable } from './field-table.tsx';

/** A choice is stored this long after its last change. */
const STORE_AFTER_MS = 700;

/** Which columns am I about to own for ever? */
export const SyncFieldsScreen = () => {
  const { words } = useWords();
  const fields = useQuery(queries.syncFields());
  return (
    <Page
      title={fields.data?.isConfirmed ? words.syncFields.titleConfirmed : words.syncFields.title}
      above={<SetupTrail current="sync-fields" />}
    >
      <Faces
        query={fields}
        skeleton={
          <div className="card stack" role="status">
            <p className="muted">{words.syncFields.reading}</p>
            <Skeleton rows={8} />
          </div>
        }
      >
        {(data) => <Body data={data} onLookAgain={() => void fields.refetch()} isLooking={fields.isFetching} />}
      </Faces>
    </Page>
  );
};

interface BodyProps {
  readonly data: SyncFields;
  readonly onLookAgain: () => void;
  readonly isLooking: boolean;
}

/** The choice, and its storing a moment after each change, so that leaving loses nothing. */
const useChoice = (fields: readonly SyncField[]) => {
  const [dropped, setDropped] = useState<Dropped>(() => droppedOf(fields));
  const store = useMutation({ mutationFn: (names: readonly string[]) => api.dropFields(names) });
  const { mutate } = store;
  const isTouched = useRef(false);
  useEffect(() => {
    if (!isTouched.current) return;
    const timer = setTimeout(() => mutate([...dropped]), STORE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [dropped, mutate]);
  const change = useCallback((next: (before: Dropped) => Dropped) => {
    isTouched.current = true;
    setDropped(next);
  }, []);
  return { dropped, change, store };
};

const Body = ({ data, onLookAgain, isLooking }: BodyProps) => {
  const { words } = useWords();
  const { mayAdminister } = useSession();
  const { dropped, change, store } = useChoice(data.fields);
  const [filter, setFilter] = useState<FieldFilter>({ object: 'all', text: '', isCustomOnly: false });
  const keep = useCallback(
    (field: SyncField, isKept: boolean) => change((before) => withField(before, field, isKept)),
    [change],
  );
  const shown = matching(data.fields, filter);
  const unused = unusedIn(data.fields, dropped);
  const isReadOnly = data.isConfirmed || !mayAdminister;
  return (
    <>
      {data.objects.map((object) =>
        object.problem === null ? null : (
          <Failed
            key={object.object}
            problem={shownProblem(object.problem)}
            onRetry={onLookAgain}
            isRetrying={isLooking}
          />
        ),
      )}
      <Tools data={data} filter={filter} onFilter={setFilter}>
        {isReadOnly || unused.length === 0 ? null : (
          <Button onPress={() => change((before) => withFields(before, unused, false))}>
            {words.syncFields.dropUnused(unused.length)}
          </Button>
        )}
      </Tools>
      {store.error === null ? null : <Failed problem={problemOf(store.error)} live="polite" onRetry={onLookAgain} />}
      {shown.length === 0 ? (
        <div className="card">
          <EmptyState
            title={words.syncFields.noMatch}
            action={
              <Button onPress={() => setFilter({ object: 'all', text: '', isCustomOnly: false })}>
                {words.common.clearFilters}
              </Button>
            }
          />
        </div>
      ) : null}
      {inReadingOrder(data.objects).map((object) => (
        <FieldTable
          key={object.object}
          object={object.object}
          fields={shown.filter((field) => field.object === object.object)}
          dropped={dropped}
          isReadOnly={isReadOnly}
          onKeep={keep}
        />
      ))}
      <Foot data={data} dropped={dropped} onLookAgain={onLookAgain} />
    </>
  );
};

interface ToolsProps {
  readonly data: SyncFields;
  readonly filter: FieldFilter;
  readonly onFilter: (filter: FieldFilter) => void;
  readonly children: React.ReactNode;
}

const Tools = ({ data, filter, onFilter, children }: ToolsProps) => {
  const { words } = useWords();
  return (
    <div className="field-tools">
      <SearchField
        label={words.syncFields.search}
        value={filter.text}
        pauseMs={120}
        onSearch={(text) => onFilter({ ...filter, text })}
      />
      <Select
        label={words.syncFields.object}
        isLabelHidden
        value={filter.object}
        options={[
          { value: 'all' as const, label: words.syncFields.allObjects },
          ...inReadingOrder(data.objects).map(({ object }) => ({
            value: object,
            label: words.syncFields.perObject(
              words.objects[object],
              data.fields.filter((field) => field.object === object).length,
            ),
          })),
        ]}
        onChange={(object) => onFilter({ ...filter, object })}
      />
      <Check isChecked={filter.isCustomOnly} onChange={(isCustomOnly) => onFilter({ ...filter, isCustomOnly })}>
        {words.syncFields.customOnly}
      </Check>
      {children}
    </div>
  );
};

interface FootProps {
  readonly data: SyncFields;
  readonly dropped: Dropped;
  readonly onLookAgain: () => void;
}

/** The counts, the warning and the deed. */
const Foot = ({ data, dropped, onLookAgain }: FootProps) => {
  const { words, formats } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  // A field that left the org meanwhile is nothing to drop.
  const droppedHere = data.fields.map(nameOf).filter((name) => dropped.has(name));
  const confirm = useMutation({
    mutationFn: () => api.confirmCredentials({ fingerprint: data.fingerprint, dropped: droppedHere }),
    onSuccess: async () => {
      setOpen(false);
      await client.invalidateQueries();
    },
  });
  const kept = data.fields.length - droppedHere.length;
  const problem = confirm.error === null ? null : problemOf(confirm.error);
  if (confirm.data !== undefined || data.isConfirmed) {
    return (
      <div className="sticky-foot">
        {confirm.data === undefined ? (
          <span className="number">{words.syncFields.counts(kept, droppedHere.length)}</span>
        ) : (
          <Notice tone="ok" live="polite">
            {words.syncFields.done(confirm.data.columns, formats.duration(confirm.data.ms))}
          </Notice>
        )}
        <ButtonLink look="primary" to="/setup/mappings">
          {words.syncFields.toMappings}
        </ButtonLink>
      </div>
    );
  }
  return (
    <div className="sticky-foot">
      <span className="number" role="status">
        {words.syncFields.counts(kept, droppedHere.length)}
      </span>
      <div className="row">
        <ButtonLink to="/setup/connect">{words.common.back}</ButtonLink>
        <Button look="primary" onPress={() => setOpen(true)} isDisabled={!mayAdminister}>
          {words.syncFields.confirm}
        </Button>
      </div>
      <ConfirmDialog
        title={words.syncFields.warnTitle}
        verb={words.syncFields.confirm}
        isOpen={isOpen}
        isPending={confirm.isPending}
        problem={problem}
        onConfirm={() => confirm.mutate()}
        onClose={() => {
          setOpen(false);
          if (problem?.action === 'look-again') onLookAgain();
          confirm.reset();
        }}
      >
        <p>{words.syncFields.warning(data.orgName)}</p>
        <p>
          <strong>{words.syncFields.confirmCounts(kept, droppedHere.length)}</strong>
        </p>
      </ConfirmDialog>
    </div>
  );
};
