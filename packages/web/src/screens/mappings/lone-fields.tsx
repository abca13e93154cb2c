import type { FieldMaps } from '@syncline/contract/setup';
import { GripVertical } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, type DropItem, GridList, GridListItem, useDragAndDrop } from 'react-aria-components';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../words/use-words.ts';
import type { LoneField } from './map-rows.ts';

type Side = 'Lead' | 'Contact';

export interface LoneFieldsProps {
  readonly leads: readonly LoneField[];
  readonly contacts: readonly LoneField[];
  readonly apart: FieldMaps['apart'];
  readonly mayEdit: boolean;
  readonly isPending: boolean;
  readonly onJoin: (lead: string, contact: string) => void;
}

/** Custom fields without a partner. One is dragged onto another, by mouse or by keyboard, or one of each is picked and joined. */
export const LoneFields = (props: LoneFieldsProps) => {
  const { words } = useWords();
  const [lead, setLead] = useState<string | null>(null);
  const [contact, setContact] = useState<string | null>(null);
  if (props.leads.length === 0 && props.contacts.length === 0) {
    return (
      <div className="card">
        <EmptyState title={words.mappings.noneUnmapped} />
      </div>
    );
  }
  const isBoth = lead !== null && contact !== null;
  return (
    <div className="stack">
      <p className="muted">{words.mappings.unmappedLead}</p>
      {props.apart.length === 0 ? null : (
        <Notice tone="idle" title={words.mappings.apartTitle}>
          <ul className="draft-edits">
            {props.apart.map(({ name, leadType, contactType }) => (
              <li key={name}>
                <code>{name}</code> {words.mappings.apart(leadType, contactType)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <div className="lone">
        <LoneList
          {...props}
          side="Lead"
          fields={props.leads}
          picked={lead}
          onPick={setLead}
          onPair={(mine, other) => props.onJoin(mine, other)}
        />
        <LoneList
          {...props}
          side="Contact"
          fields={props.contacts}
          picked={contact}
          onPick={setContact}
          onPair={(mine, other) => props.onJoin(other, mine)}
        />
      </div>
      <div className="row">
        <Button
          isDisabled={!props.mayEdit || !isBoth}
          isPending={props.isPending}
          onPress={() => {
            if (isBoth) props.onJoin(lead, contact);
          }}
        >
          {words.mappings.join}
        </Button>
        <span className="muted" role="status">
          {isBoth ? words.mappings.joinsBoth(lead, contact) : words.mappings.pickTwo}
        </span>
      </div>
    </div>
  );
};

interface LoneListProps {
  readonly side: Side;
  readonly fields: readonly LoneField[];
  readonly mayEdit: boolean;
  readonly picked: string | null;
  readonly onPick: (name: string | null) => void;
  /** `other` was dropped on `mine`. */
  readonly onPair: (mine: string, other: string) => void;
}

const typeOf = (side: Side): string => `syncline-${side.toLowerCase()}-field`;

const nameIn = async (items: readonly DropItem[], type: string): Promise<string | null> => {
  const [item] = items;
  return item?.kind === 'text' && item.types.has(type) ? item.getText(type) : null;
};

const LoneList = (props: LoneListProps) => {
  const { words } = useWords();
  const { side } = props;
  const theirs = typeOf(side === 'Lead' ? 'Contact' : 'Lead');
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: !props.mayEdit,
    getItems: (keys) => [...keys].map((key) => ({ [typeOf(side)]: String(key), 'text/plain': String(key) })),
    acceptedDragTypes: [theirs],
    getDropOperation: (target) => (target.type === 'item' && target.dropPosition === 'on' ? 'link' : 'cancel'),
    onItemDrop: ({ items, target }) => {
      void nameIn(items, theirs).then((name) => {
        if (name !== null) props.onPair(String(target.key), name);
      });
    },
  });
  return (
    <section aria-label={words.objects[side]}>
      <h3>{words.objects[side]}</h3>
      <GridList
        className="lone-list"
        aria-label={words.mappings.loneOf(words.objects[side])}
        items={props.fields.map((field) => ({ ...field, id: field.name }))}
        selectionMode="single"
        selectedKeys={props.picked === null ? [] : [props.picked]}
        onSelectionChange={(keys) =>
          props.onPick(keys === 'all' ? null : (([...keys][0] as string | undefined) ?? null))
        }
        dragAndDropHooks={dragAndDropHooks}
        renderEmptyState={() => <p className="muted">{words.mappings.noneHere}</p>}
      >
        {(field) => (
          <GridListItem id={field.id} textValue={`${field.label} ${field.name}`} className="lone-field">
            <AriaButton slot="drag" className="grip" aria-label={words.mappings.drag(field.label)}>
              <GripVertical aria-hidden />
            </AriaButton>
            <span className="pair">
              <span>{field.label}</span>
              <code className="muted caption">{field.name}</code>
            </span>
            <span className="muted caption">{field.columnType}</span>
          </GridListItem>
        )}
      </GridList>
    </section>
  );
};
