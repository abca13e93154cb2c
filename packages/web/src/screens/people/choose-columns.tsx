import type { PeopleField } from '@syncline/contract/people';
import { ArrowLeft, ArrowRight, Columns3, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Select } from '../../components/select.tsx';
import { useWords } from '../../words/use-words.ts';
import { type ColumnKey, columnOfField, movedColumn, OWN_COLUMNS, withColumn, withoutColumn } from './column-choice.ts';
import { columnTitle } from './people-columns.tsx';

interface ChooseColumnsProps {
  readonly columns: readonly ColumnKey[];
  readonly fields: readonly PeopleField[];
  readonly onChange: (columns: readonly ColumnKey[]) => void;
}

/** Which columns, in which order: each change shows behind the dialog. */
export const ChooseColumns = (props: ChooseColumnsProps) => {
  const { words } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button isSmall icon={<Columns3 aria-hidden />} onPress={() => setOpen(true)}>
        {words.people.columns}
      </Button>
      <Dialog title={words.people.columnsTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Choice {...props} />
        <div className="actions">
          <Button onPress={() => props.onChange(OWN_COLUMNS)}>{words.people.columnsReset}</Button>
          <Button look="primary" onPress={() => setOpen(false)}>
            {words.common.close}
          </Button>
        </div>
      </Dialog>
    </>
  );
};

const NONE = '';

const Choice = ({ columns, fields, onChange }: ChooseColumnsProps) => {
  const { words } = useWords();
  const titleOf = (column: ColumnKey): string => columnTitle(column, fields, words);
  const others = [...OWN_COLUMNS, ...fields.map(({ field }) => columnOfField(field))].filter(
    (column) => !columns.includes(column),
  );
  return (
    <div className="stack">
      <p className="muted">{words.people.columnsLead}</p>
      <ol className="chosen-columns">
        {columns.map((column) => (
          <li key={column}>
            <span className="grow">{titleOf(column)}</span>
            <Button
              isSmall
              look="quiet"
              label={words.people.columnUp(titleOf(column))}
              onPress={() => onChange(movedColumn(columns, column, -1))}
            >
              <ArrowLeft aria-hidden />
            </Button>
            <Button
              isSmall
              look="quiet"
              label={words.people.columnDown(titleOf(column))}
              onPress={() => onChange(movedColumn(columns, column, 1))}
            >
              <ArrowRight aria-hidden />
            </Button>
            <Button
              isSmall
              look="quiet"
              label={words.people.columnRemove(titleOf(column))}
              onPress={() => onChange(withoutColumn(columns, column))}
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ol>
      <Select
        label={words.people.columnsAdd}
        isStacked
        value={NONE}
        options={[
          { value: NONE, label: words.people.columnsChoose },
          ...others.map((column) => ({ value: column as string, label: titleOf(column) })),
        ]}
        onChange={(chosen) => {
          const column = others.find((each) => each === chosen);
          if (column !== undefined) onChange(withColumn(columns, column));
        }}
      />
    </div>
  );
};
