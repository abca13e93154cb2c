import './mappings.css';
import type { MapEdit } from '@syncline/contract/mappings';
import type { FieldMapRow, FieldMaps } from '@syncline/contract/setup';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Select } from '../../components/select.tsx';
import { TabLink } from '../../components/tab-link.tsx';
import { useSession } from '../../shell/session.tsx';
import { useWords } from '../../words/use-words.ts';
import { ObjectFilters } from '../filters/object-filters.tsx';
import { SetupTrail } from '../setup/setup-trail.tsx';
import { ChangedFields } from './changed-fields.tsx';
import { DraftBar } from './draft-bar.tsx';
import { LoneFields } from './lone-fields.tsx';
import { MapAsFile } from './map-file.tsx';
import { loneFields, type MapDirection, type MapFilter, type MapTable, matchingMaps } from './map-rows.ts';
import { MapRows } from './map-table.tsx';

export const MAP_TABS = ['mapped', 'unmapped', 'filter', 'changed'] as const;
type MapTab = (typeof MAP_TABS)[number];

const TABLES = ['person', 'company', 'opportunity', 'opportunity_role', 'owner'] as const satisfies readonly MapTable[];
const DIRECTIONS = ['both', 'to_salesforce', 'from_salesforce', 'none'] as const satisfies readonly MapDirection[];

export interface MappingsScreenProps {
  readonly isSetup: boolean;
  readonly tab: MapTab;
}

/** Which field meets which, which way, who wins? The same screen before and after the start. */
export const MappingsScreen = ({ isSetup, tab }: MappingsScreenProps) => {
  const { words } = useWords();
  const maps = useQuery(queries.fieldMaps());
  return (
    <Page
      title={isSetup ? words.setup.trailSteps.mappings : words.mappings.title}
      lead={isSetup ? words.mappings.leadSetup : words.mappings.lead}
      above={isSetup ? <SetupTrail current="mappings" /> : undefined}
      actions={
        isSetup ? (
          <ButtonLink look="primary" to="/setup/start">
            {words.common.continue}
          </ButtonLink>
        ) : undefined
      }
    >
      <Faces query={maps}>{(data) => <Maps data={data} isSetup={isSetup} tab={tab} />}</Faces>
    </Page>
  );
};

interface MapsProps extends MappingsScreenProps {
  readonly data: FieldMaps;
}

const Maps = ({ data, isSetup, tab }: MapsProps) => {
  const { words, formats } = useWords();
  const { mayAdminister } = useSession();
  const client = useQueryClient();
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: ['field-maps'] });
  const edit = useMutation({ mutationFn: (edits: readonly MapEdit[]) => api.editMap(edits), onSuccess: again });
  if (data.maps.length === 0) {
    return (
      <div className="card">
        <EmptyState title={words.mappings.none} />
      </div>
    );
  }
  const [leads, contacts] = [loneFields(data.maps, 'Lead'), loneFields(data.maps, 'Contact')];
  const running = data.backfilling?.backfill;
  return (
    <>
      <Tabs isSetup={isSetup} tab={tab} data={data} lone={leads.length + contacts.length} onEdited={again} />
      {running ? (
        <Notice
          tone="run"
          live="polite"
          title={words.mappings.backfillRuns(formats.number(running.done), formats.number(running.total))}
        />
      ) : null}
      {edit.error === null ? null : <Failed problem={problemOf(edit.error)} live="assertive" hideLink />}
      {tab === 'changed' ? (
        <ChangedFields draft={data.draft} mayEdit={mayAdminister} onEdit={(edits) => edit.mutate(edits)} />
      ) : tab === 'filter' ? (
        <ObjectFilters isStarted={data.isStarted} />
      ) : tab === 'unmapped' ? (
        <LoneFields
          apart={data.apart}
          leads={leads}
          contacts={contacts}
          mayEdit={mayAdminister}
          isPending={edit.isPending}
          onJoin={(lead, contact) => edit.mutate([{ kind: 'join', lead, contact }])}
        />
      ) : (
        <Mapped maps={data.maps} mayEdit={mayAdminister} onEdit={(edits) => edit.mutate(edits)} />
      )}
      {data.draft === null ? null : <DraftBar draft={data.draft} />}
    </>
  );
};

interface TabsProps extends MapsProps {
  readonly lone: number;
  readonly onEdited: () => Promise<void>;
}

const Tabs = ({ isSetup, tab, data, lone, onEdited }: TabsProps) => {
  const { words } = useWords();
  const counts = {
    mapped: data.maps.filter(({ table }) => table === 'person').length,
    unmapped: lone,
    filter: '',
    changed: data.changedInSalesforce,
  };
  return (
    <div className="row spread">
      <nav className="views" aria-label={words.mappings.title}>
        {MAP_TABS.map((each) => (
          <TabLink
            key={each}
            to={isSetup ? '/setup/mappings' : '/fields'}
            search={each === 'mapped' ? {} : { tab: each }}
            isCurrent={each === tab}
          >
            {words.mappings.tabs[each]} <span className="muted number">{counts[each]}</span>
          </TabLink>
        ))}
      </nav>
      <span className="row">
        <MapAsFile onEdited={onEdited} />
      </span>
    </div>
  );
};

interface MappedProps {
  readonly maps: readonly FieldMapRow[];
  readonly mayEdit: boolean;
  readonly onEdit: (edits: readonly MapEdit[]) => void;
}

const Mapped = ({ maps, mayEdit, onEdit }: MappedProps) => {
  const { words } = useWords();
  const [filter, setFilter] = useState<MapFilter>({ table: 'person', direction: 'all', text: '' });
  const rows = matchingMaps(maps, filter);
  return (
    <>
      <Tools filter={filter} onFilter={setFilter} count={rows.length} />
      {rows.length === 0 ? (
        <div className="card">
          <EmptyState
            title={words.mappings.noMatch}
            action={
              <Button onPress={() => setFilter({ table: filter.table, direction: 'all', text: '' })}>
                {words.common.clearFilters}
              </Button>
            }
          />
        </div>
      ) : (
        <>
          <MapRows table={filter.table} rows={rows} mayEdit={mayEdit} onEdit={onEdit} />
          {filter.table === 'person' ? <p className="muted">{words.mappings.defaultHint}</p> : null}
        </>
      )}
    </>
  );
};

interface ToolsProps {
  readonly filter: MapFilter;
  readonly onFilter: (filter: MapFilter) => void;
  readonly count: number;
}

const Tools = ({ filter, onFilter, count }: ToolsProps) => {
  const { words } = useWords();
  return (
    <div className="map-tools">
      <SearchField
        label={words.mappings.search}
        value={filter.text}
        pauseMs={120}
        onSearch={(text) => onFilter({ ...filter, text })}
      />
      <Select
        label={words.mappings.table}
        value={filter.table}
        options={TABLES.map((value) => ({ value, label: words.mappings.tables[value] }))}
        onChange={(table) => onFilter({ ...filter, table })}
      />
      <Select
        label={words.mappings.direction}
        value={filter.direction}
        options={[
          { value: 'all' as const, label: words.mappings.allDirections },
          ...DIRECTIONS.map((value) => ({ value, label: words.mappings.directions[value] })),
        ]}
        onChange={(direction) => onFilter({ ...filter, direction })}
      />
      <span className="muted number" role="status">
        {words.mappings.mapped(count)}
      </span>
    </div>
  );
};
