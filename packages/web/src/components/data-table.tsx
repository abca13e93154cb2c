import './data-table.css';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Check } from './check.tsx';
import { type RowWindow, useRowWindow } from './row-window.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumeric?: boolean;
  /** Long text is cut with an ellipsis instead of wrapping. */
  readonly isCut?: boolean;
  readonly isTight?: boolean;
  /** A share of the table's width, such as `20%`. Tables whose columns all have one never grow wider than their place. */
  readonly width?: string;
  /** Left out of the card that a row becomes on a phone. */
  readonly isOffPhone?: boolean;
  readonly hint?: string;
  /** The head shows nothing, as over buttons; a screen reader still hears the title. */
  readonly isTitleHidden?: boolean;
}

/** Rows that can be picked; Space on a row's box picks it. */
interface Picking<Row> {
  readonly picked: ReadonlySet<string | number>;
  readonly onPick: (keys: readonly (string | number)[], isPicked: boolean) => void;
  readonly labelOf: (row: Row) => string;
  readonly allLabel: string;
  /** The rows are about to be others. */
  readonly isDisabled?: boolean;
}

export interface DataTableProps<Row> {
  readonly label: string;
  /** The first column is the row's name and its heading; a link in it opens the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly foot?: ReactNode;
  /** All there are, when more exist than `rows`. */
  readonly total?: number;
  /** How many rows come before `rows` in the whole list. */
  readonly rowsBefore?: number;
  readonly picking?: Picking<Row> | undefined;
  /** Every row is one line high: of more than 100 rows only those in view are in the page. */
  readonly isOneLine?: boolean;
  /** The mouse is over the table, or left it. */
  readonly onHover?: (isInside: boolean) => void;
  /** Home or End was pressed in the table. */
  readonly onEdge?: ((edge: 'first' | 'last') => void) | undefined;
}

const classOf = <Row,>(column: Column<Row>): string =>
  [
    column.isNumeric ? 'numeric' : '',
    column.isCut ? 'cut' : '',
    column.isTight ? 'tight' : '',
    column.isOffPhone ? 'off-phone' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');

const openerOf = (row: Element | null | undefined): HTMLElement | null =>
  row?.querySelector<HTMLElement>('th a, th button') ?? null;

/** Up and down walk through the rows' links; everything else is the browser's own. */
const walk = (event: KeyboardEvent<HTMLElement>): void => {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  if (!(event.target instanceof Element) || event.target.closest('input, select, textarea') !== null) return;
  const row = event.target.closest('tbody tr');
  const next = openerOf(event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling);
  if (next === null) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
};

const EDGE_OF: Readonly<Record<string, 'first' | 'last'>> = { Home: 'first', End: 'last' };

const goToEdge = (event: KeyboardEvent<HTMLElement>, onEdge: DataTableProps<never>['onEdge']): void => {
  const edge = EDGE_OF[event.key];
  if (edge === undefined || onEdge === undefined) return;
  event.preventDefault();
  onEdge(edge);
};

/** A press anywhere in a row opens it, unless it hit a control or selects text. */
const openRow = (event: MouseEvent<HTMLElement>): void => {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest('a, button, input, select, label, code') !== null) return;
  if ((window.getSelection()?.toString() ?? '') !== '') return;
  openerOf(event.target.closest('tbody tr'))?.click();
};

/** Whether the table is wider than its place: then the place scrolls, and must be reachable by keyboard. */
const useScrolls = (wrap: RefObject<HTMLDivElement | null>): boolean => {
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const place = wrap.current;
    const table = place?.querySelector('table');
    if (place == null || table == null) return;
    const measure = (): void => setScrolls(table.offsetWidth > place.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    observer.observe(table);
    measure();
    return () => observer.disconnect();
  }, [wrap]);
  return scrolls;
};

/** A table that stays one for screen readers also where it looks like cards (its roles are written out). */
export const DataTable = <Row,>(props: DataTableProps<Row>) => {
  const wrap = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(wrap);
  const isFixed = props.columns.every((column) => column.width !== undefined);
  const body = useRef<HTMLTableSectionElement>(null);
  const view = useRowWindow(body, props.isOneLine ? props.rows.length : 0);
  const shown = view === null ? props.rows : props.rows.slice(view.from, view.to);
  const { picking } = props;
  return (
    <div
      ref={wrap}
      className="table-wrap"
      onPointerEnter={(event) => props.onHover?.(event.pointerType === 'mouse')}
      onPointerLeave={() => props.onHover?.(false)}
      {...(scrolls ? { 'data-scrolls': '', tabIndex: 0, role: 'region', 'aria-label': props.label } : {})}
    >
      <table
        role="table"
        className={`data-table${isFixed ? ' fixed' : ''}${props.isOneLine ? ' one-line' : ''}${picking === undefined ? '' : ' picking'}${props.columns.length > MANY_COLUMNS ? ' dense' : ''}`}
        aria-label={props.label}
        aria-rowcount={rowCount(props.total, view, props.rows.length)}
        onKeyDown={(event) => {
          walk(event);
          goToEdge(event, props.onEdge);
        }}
        onClick={openRow}
      >
        {isFixed ? (
          <colgroup>
            {picking === undefined ? null : <col style={{ width: 44 }} />}
            {props.columns.map((column) => (
              <col key={column.key} style={{ width: column.width }} />
            ))}
          </colgroup>
        ) : null}
        <thead role="rowgroup">
          <tr role="row">
            {picking === undefined ? null : <PickAll picking={picking} keys={props.rows.map(props.rowKey)} />}
            {props.columns.map((column) => (
              <th key={column.key} role="columnheader" scope="col" className={classOf(column)} title={column.hint}>
                {column.isTitleHidden ? <span className="visually-hidden">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" ref={body}>
          <Gap height={view?.above} />
          {shown.map((row, place) => (
            <tr key={props.rowKey(row)} role="row" aria-rowindex={rowIndex(props.rowsBefore, view, place)}>
              {picking === undefined ? null : <Pick picking={picking} row={row} rowKey={props.rowKey(row)} />}
              {props.columns.map((column, index) => (
                <Cell key={column.key} column={column} row={row} isFirst={index === 0} />
              ))}
            </tr>
          ))}
          <Gap height={view?.below} />
        </tbody>
        {props.foot === undefined ? null : <tfoot role="rowgroup">{props.foot}</tfoot>}
      </table>
    </div>
  );
};

/** More columns than this stand closer together. */
const MANY_COLUMNS = 9;

/** A screen reader hears of all rows, also of those that are not in the page. */
const rowCount = (total: number | undefined, view: RowWindow | null, rows: number): number | undefined => {
  const all = total ?? (view === null ? undefined : rows);
  return all === undefined ? undefined : all + 1;
};

/** The head is row 1. Where all rows are in the page from the first one on, their places say it. */
const rowIndex = (before: number | undefined, view: RowWindow | null, place: number): number | undefined =>
  before === undefined && view === null ? undefined : (before ?? 0) + (view?.from ?? 0) + place + 2;

/** Stands for rows out of view. */
const Gap = ({ height }: { readonly height: number | undefined }) =>
  height === undefined || height === 0 ? null : (
    <tr role="presentation" className="row-gap" style={{ height }}>
      <td role="presentation" colSpan={99} />
    </tr>
  );

const PickAll = <Row,>(props: { readonly picking: Picking<Row>; readonly keys: readonly (string | number)[] }) => {
  const { picking, keys } = props;
  const picked = keys.filter((key) => picking.picked.has(key)).length;
  return (
    <th role="columnheader" scope="col" className="pick">
      <Check
        isLabelHidden
        isChecked={keys.length > 0 && picked === keys.length}
        isMixed={picked > 0 && picked < keys.length}
        isDisabled={picking.isDisabled ?? false}
        onChange={(isPicked) => picking.onPick(keys, isPicked)}
      >
        {picking.allLabel}
      </Check>
    </th>
  );
};

interface PickProps<Row> {
  readonly picking: Picking<Row>;
  readonly row: Row;
  readonly rowKey: string | number;
}

const Pick = <Row,>({ picking, row, rowKey }: PickProps<Row>) => (
  <td role="cell" className="pick">
    <Check
      isLabelHidden
      isChecked={picking.picked.has(rowKey)}
      isDisabled={picking.isDisabled ?? false}
      onChange={(isPicked) => picking.onPick([rowKey], isPicked)}
    >
      {picking.labelOf(row)}
    </Check>
  </td>
);

interface CellProps<Row> {
  readonly column: Column<Row>;
  readonly row: Row;
  readonly isFirst: boolean;
}

const Cell = <Row,>({ column, row, isFirst }: CellProps<Row>) => {
  if (isFirst) {
    return (
      <th role="rowheader" scope="row" className={classOf(column)}>
        {column.cell(row)}
      </th>
    );
  }
  return (
    <td role="cell" className={classOf(column)}>
      {column.isTitleHidden ? null : (
        <span className="phone-label" aria-hidden>
          {column.title}
        </span>
      )}
      {column.cell(row)}
    </td>
  );
};
