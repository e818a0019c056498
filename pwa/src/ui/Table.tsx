import type { ComponentChildren } from "preact";

export interface Column<Row> {
  key: string;
  head: string;
  /** The heading is spoken only (a column of pictures). */
  headHidden?: boolean | undefined;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the end, in tabular figures. */
  number?: boolean | undefined;
  width?: string | undefined;
  /** This column names the row. */
  rowHead?: boolean | undefined;
}

interface TableProps<Row> {
  caption: string;
  captionShown?: boolean | undefined;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The row the keyboard is on. */
  current?: string | null | undefined;
  onPick?: ((row: Row) => void) | undefined;
  /** On a narrow screen each row becomes a card and every cell carries its heading. */
  stacks?: boolean | undefined;
}

export function Table<Row>(props: TableProps<Row>) {
  return (
    <div class="table-scroll">
      <table class={props.stacks === false ? "table" : "table table-stacks"}>
        <caption class={props.captionShown ? undefined : "sr-only"}>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                class={column.number ? "number" : undefined}
                style={{ width: column.width }}
              >
                <span class={column.headHidden ? "sr-only" : undefined}>{column.head}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => {
            const key = props.keyOf(row);
            return (
              <tr
                key={key}
                id={`row-${key}`}
                class={key === props.current ? "row-current" : undefined}
                aria-current={key === props.current ? "true" : undefined}
                onClick={props.onPick && (() => props.onPick?.(row))}
              >
                {props.columns.map((column) => (
                  <Cell key={column.key} column={column} row={row} />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const name = column.number ? "number tabular" : undefined;
  const label = column.headHidden ? undefined : column.head;
  if (column.rowHead) {
    return (
      <th scope="row" class={name} data-label={label}>
        {column.cell(row)}
      </th>
    );
  }
  return (
    <td class={name} data-label={label}>
      {column.cell(row)}
    </td>
  );
}
