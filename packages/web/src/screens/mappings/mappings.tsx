import './mappings.css';
import type { FieldMapRow } from '@syncline/contract/setup';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Faces } from '../../components/faces.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { Select } from '../../components/select.tsx';
import { OBJECTS_IN_READING_ORDER } from '../../lib/object-order.ts';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import { SetupTrail } from '../setup/setup-trail.tsx';
import { type MapDirection, type MapFilter, type MapTable, matchingMaps, OBJECT_OF_TABLE } from './map-rows.ts';

const TABLES = ['person', 'company', 'opportunity', 'opportunity_role', 'owner'] as const satisfies readonly MapTable[];
const DIRECTIONS = ['both', 'to_salesforce', 'from_salesforce', 'none'] as const satisfies readonly MapDirection[];

/** Which field meets which, which way, who wins? The same screen before and after the start. */
export const MappingsScreen = ({ isSetup }: { readonly isSetup: boolean }) => {
  const { words } = useWords();
  const maps = useQuery(queries.fieldMaps());
  return (
    <Page
      title={isSetup ? words.setup.trailSteps.mappings : words.mappings.title}
      lead={isSetup ? words.mappings.leadSetup : words.mappings.readOnly}
      above={isSetup ? <SetupTrail current="mappings" /> : undefined}
      actions={
        isSetup ? (
          <ButtonLink look="primary" to="/setup/start">
            {words.common.continue}
          </ButtonLink>
        ) : undefined
      }
    >
      <Faces query={maps}>{(data) => <Maps maps={data.maps} />}</Faces>
    </Page>
  );
};

const personColumns = (words: Words): readonly Column<FieldMapRow>[] => [
  { key: 'lead', title: words.objects.Lead, cell: (map) => <Name name={map.names.Lead} /> },
  { key: 'contact', title: words.objects.Contact, cell: (map) => <Name name={map.names.Contact} /> },
];

const otherColumns = (table: Exclude<MapTable, 'person'>, words: Words): readonly Column<FieldMapRow>[] => {
  const object = OBJECT_OF_TABLE[table];
  return [{ key: 'name', title: words.objects[object], cell: (map) => <Name name={map.names[object]} /> }];
};

const Name = ({ name }: { readonly name: string | undefined }) => {
  const { words } = useWords();
  return name === undefined ? (
    <span className="muted" title={words.mappings.notThere}>
      <span aria-hidden>–</span>
      <span className="visually-hidden">{words.mappings.notThere}</span>
    </span>
  ) : (
    <code>{name}</code>
  );
};

/** N59 to N61: what holds unless somebody chose otherwise. */
const isDefault = ({ Lead, Contact }: FieldMapRow['policies']): boolean =>
  (Lead !== undefined || Contact !== undefined) &&
  (Lead === undefined || Lead === 'marketing') &&
  (Contact === undefined || Contact === 'salesforce');

const Policy = ({ map }: { readonly map: FieldMapRow }) => {
  const { words } = useWords();
  const policies = OBJECTS_IN_READING_ORDER.flatMap((object) => {
    const policy = map.policies[object];
    return policy === undefined ? [] : [{ object, policy }];
  });
  const [first] = policies;
  if (map.direction === 'none' || first === undefined) return <span className="muted">–</span>;
  if (isDefault(map.policies)) return <span title={words.mappings.defaultHint}>{words.mappings.default}</span>;
  if (policies.every(({ policy }) => policy === first.policy)) {
    return <span>{words.mappings.policies[first.policy]}</span>;
  }
  return policies.map(({ object, policy }) => (
    <span key={object} className="policy-line">
      {words.objects[object]}: {words.mappings.policies[policy]}
    </span>
  ));
};

const Maps = ({ maps }: { readonly maps: readonly FieldMapRow[] }) => {
  const { words } = useWords();
  const [filter, setFilter] = useState<MapFilter>({ table: 'person', direction: 'all', text: '' });
  if (maps.length === 0) {
    return (
      <div className="card">
        <EmptyState title={words.mappings.none} />
      </div>
    );
  }
  const rows = matchingMaps(maps, filter);
  const columns: readonly Column<FieldMapRow>[] = [
    {
      key: 'ours',
      title: words.mappings.ourField,
      cell: (map) => (
        <span className="pair">
          <span>
            {map.label}
            {map.joined === 'automatic' || map.joined === 'by_hand' ? (
              <span className="muted caption" title={words.mappings.joinedHint}>
                {' '}
                {words.mappings.joined[map.joined]}
              </span>
            ) : null}
          </span>
          <code className="muted caption">{map.ourColumn}</code>
        </span>
      ),
    },
    ...(filter.table === 'person' ? personColumns(words) : otherColumns(filter.table, words)),
    {
      key: 'direction',
      title: words.mappings.direction,
      cell: (map) => words.mappings.directions[map.direction],
      isTight: true,
    },
    { key: 'policy', title: words.mappings.policy, cell: (map) => <Policy map={map} /> },
  ];
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
          <DataTable label={words.mappings.title} columns={columns} rows={rows} rowKey={(map) => map.ourColumn} />
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
