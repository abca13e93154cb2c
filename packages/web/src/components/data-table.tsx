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

export interface DataTableProps<Row> {
  readonly label: string;
  /** The first column is the row's name and its heading; a link in it opens the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly foot?: ReactNode;
  /** All there are, when more exist than `rows`. */
  readonly total?: number;
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
  return (
    <div
      ref={wrap}
      className="table-wrap"
      {...(scrolls ? { 'data-scrolls': '', tabIndex: 0, role: 'region', 'aria-label': props.label } : {})}
    >
      <table
        role="table"
        className={`data-table${isFixed ? ' fixed' : ''}`}
        aria-label={props.label}
        aria-rowcount={props.total === undefined ? undefined : props.total + 1}
        onKeyDown={walk}
        onClick={openRow}
      >
        {isFixed ? (
          <colgroup>
            {props.columns.map((column) => (
              <col key={column.key} style={{ width: column.width }} />
            ))}
          </colgroup>
        ) : null}
        <thead role="rowgroup">
          <tr role="row">
            {props.columns.map((column) => (
              <th key={column.key} role="columnheader" scope="col" className={classOf(column)} title={column.hint}>
                {column.isTitleHidden ? <span className="visually-hidden">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {props.rows.map((row) => (
            <tr key={props.rowKey(row)} role="row">
              {props.columns.map((column, index) => (
                <Cell key={column.key} column={column} row={row} isFirst={index === 0} />
              ))}
            </tr>
          ))}
        </tbody>
        {props.foot === undefined ? null : <tfoot role="rowgroup">{props.foot}</tfoot>}
      </table>
    </div>
  );
};

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
