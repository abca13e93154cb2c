import type { MapEdit } from '@syncline/contract/mappings';
import type { FieldMapRow } from '@syncline/contract/setup';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Select } from '../../components/select.tsx';
import { OBJECTS_IN_READING_ORDER } from '../../lib/object-order.ts';
import type { Words } from '../../words/en.ts';
import { useWords } from '../../words/use-words.ts';
import {
  choiceOf,
  directionsOf,
  isBreakable,
  type MapDirection,
  type MapTable,
  OBJECT_OF_TABLE,
  type OwnPolicy,
} from './map-rows.ts';

const POLICIES = ['salesforce', 'marketing', 'newest', 'hold'] as const satisfies readonly OwnPolicy[];

export interface MapRowsProps {
  readonly table: MapTable;
  readonly rows: readonly FieldMapRow[];
  readonly mayEdit: boolean;
  readonly onEdit: (edits: readonly MapEdit[]) => void;
}

/** One row a field of ours. Rows of people are edited where they stand. */
export const MapRows = ({ table, rows, mayEdit, onEdit }: MapRowsProps) => {
  const { words } = useWords();
  const isEdited = table === 'person' && mayEdit;
  const columns: readonly Column<FieldMapRow>[] = [
    { key: 'ours', title: words.mappings.ourField, cell: (map) => <Ours map={map} /> },
    ...(table === 'person' ? personColumns(words) : otherColumns(table, words)),
    {
      key: 'direction',
      title: words.mappings.direction,
      isTight: true,
      cell: (map) =>
        isEdited && !map.isOptOut ? <Direction map={map} onEdit={onEdit} /> : words.mappings.directions[map.direction],
    },
    {
      key: 'policy',
      title: words.mappings.policy,
      cell: (map) =>
        isEdited && hasChoice(map) ? <OwnPolicySelect map={map} onEdit={onEdit} /> : <Policy map={map} />,
    },
    ...(table === 'person'
      ? [
          {
            key: 'break',
            title: words.mappings.breakPair,
            isTitleHidden: true,
            isTight: true,
            cell: (map: FieldMapRow) =>
              isEdited ? (
                <>
                  {isBreakable(map) ? <Break map={map} onEdit={onEdit} /> : null}
                  {map.direction === 'none' ? <Hide map={map} onEdit={onEdit} /> : null}
                </>
              ) : null,
          },
        ]
      : []),
  ];
  return <DataTable label={words.mappings.title} columns={columns} rows={rows} rowKey={(map) => map.ourColumn} />;
};

const Ours = ({ map }: { readonly map: FieldMapRow }) => {
  const { words } = useWords();
  return (
    <span className="pair">
      <span>
        {map.label}
        {map.joined === 'automatic' || map.joined === 'by_hand' ? (
          <span className="muted caption" title={words.mappings.joinedHint}>
            {' '}
            {words.mappings.joined[map.joined]}
          </span>
        ) : null}
        {map.isHidden ? <span className="muted caption"> {words.mappings.hidden}</span> : null}
        {map.isDrafted ? <span className="drafted caption"> {words.mappings.drafted}</span> : null}
      </span>
      <code className="muted caption">{map.ourColumn}</code>
      {map.lists === null ? null : (
        <span className="muted caption">
          {words.mappings.lists(map.lists.common.length, few(map.lists.onlyLead), few(map.lists.onlyContact))}
        </span>
      )}
    </span>
  );
};

/** The first few of a list stand for it. */
const FEW = 3;
const few = (values: readonly string[]): string =>
  values.length > FEW ? `${values.slice(0, FEW).join(', ')}, …` : values.join(', ');

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

interface EditProps {
  readonly map: FieldMapRow;
  readonly onEdit: (edits: readonly MapEdit[]) => void;
}

const Direction = ({ map, onEdit }: EditProps) => {
  const { words } = useWords();
  return (
    <Select<MapDirection>
      label={words.mappings.directionOf(map.label)}
      isLabelHidden
      value={map.direction}
      options={directionsOf(map).map((value) => ({ value, label: words.mappings.directions[value] }))}
      onChange={(direction) => onEdit(choiceOf(map, { direction }))}
    />
  );
};

/** Only where both sides may change a field can they disagree, and an opt-out is decided already. */
const hasChoice = (map: FieldMapRow): boolean => map.direction === 'both' && !map.isOptOut;

const OwnPolicySelect = ({ map, onEdit }: EditProps) => {
  const { words } = useWords();
  return (
    <Select<OwnPolicy | 'default'>
      label={words.mappings.policyOf(map.label)}
      isLabelHidden
      value={map.ownPolicy ?? 'default'}
      options={[
        { value: 'default' as const, label: words.mappings.default },
        ...POLICIES.map((value) => ({ value, label: words.mappings.policies[value] })),
      ]}
      onChange={(value) => onEdit(choiceOf(map, { policy: value === 'default' ? null : value }))}
    />
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
  if (map.direction === 'none' || map.direction === 'to_salesforce' || first === undefined)
    return <span className="muted">–</span>;
  if (isDefault(map.policies)) return <span title={words.mappings.defaultHint}>{words.mappings.default}</span>;
  if (policies.every(({ policy }) => policy === first.policy)) {
    return (
      <span title={map.isOptOut ? words.mappings.optOutHint : undefined}>{words.mappings.policies[first.policy]}</span>
    );
  }
  return policies.map(({ object, policy }) => (
    <span key={object} className="policy-line">
      {words.objects[object]}: {words.mappings.policies[policy]}
    </span>
  ));
};

/** MAP2: a field that nothing uses leaves the screens of people; its column and its values stay. */
const Hide = ({ map, onEdit }: EditProps) => {
  const { words } = useWords();
  const [object, name] = map.names.Lead === undefined ? ['Contact', map.names.Contact] : ['Lead', map.names.Lead];
  if (name === undefined) return null;
  return (
    <Button
      isSmall
      onPress={() => onEdit([{ kind: 'hide', object: object as 'Lead' | 'Contact', name, isHidden: !map.isHidden }])}
      label={(map.isHidden ? words.mappings.showOf : words.mappings.hideOf)(map.label)}
    >
      {map.isHidden ? words.mappings.show : words.mappings.hide}
    </Button>
  );
};

const Break = ({ map, onEdit }: EditProps) => {
  const { words } = useWords();
  const [isOpen, setOpen] = useState(false);
  const { Lead: lead, Contact: contact } = map.names;
  if (lead === undefined || contact === undefined) return null;
  return (
    <>
      <Button isSmall onPress={() => setOpen(true)} label={words.mappings.breakOf(map.label)}>
        {words.mappings.breakPair}
      </Button>
      <ConfirmDialog
        title={words.mappings.breakTitle(map.label)}
        verb={words.mappings.breakPair}
        isOpen={isOpen}
        isPending={false}
        problem={null}
        onConfirm={() => {
          setOpen(false);
          onEdit([{ kind: 'break', lead, contact }]);
        }}
        onClose={() => setOpen(false)}
      >
        <p>{words.mappings.breakText(map.label)}</p>
      </ConfirmDialog>
    </>
  );
};
