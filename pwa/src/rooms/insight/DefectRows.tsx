import type { Defect } from "../../api/types";
import { categories } from "../../sync";
import {
  Chip,
  type Column,
  DEFECT_STATUS,
  exactTime,
  MissingPhotos,
  Photo,
  SEVERITY,
  spanInWords,
  statusOf,
} from "../../ui";
import { titleOf } from "./JobRows";

export function severityOf(row: { severity: number }) {
  return SEVERITY[row.severity] ?? statusOf({}, String(row.severity));
}

/** The columns of a list of defects: picture, what, where, how bad, age, state. */
export function defectColumns(now: Date): Column<Defect>[] {
  return [
    {
      key: "photo",
      head: "Photo",
      headHidden: true,
      width: "4rem",
      cell: (row) => (
        <Photo
          src={row.photos[0]?.thumbnail}
          state={row.photos[0]?.state ?? (row.photos_missing ? "expected" : null)}
          alt=""
          icon={categories.value.get(row.category)?.icon}
        />
      ),
    },
    {
      key: "what",
      head: "What",
      rowHead: true,
      cell: (row) => (
        <>
          <a class="row-link" href={`/defects/${row.id}`}>
            {titleOf(row)}
          </a>
          <span class="row-under tabular">{row.number}</span>
          <MissingPhotos photos={row.photos} />
        </>
      ),
    },
    {
      key: "where",
      head: "Where",
      cell: (row) => (
        <>
          {row.street_text || "On the map"}
          <span class="row-under">{row.ward?.name}</span>
        </>
      ),
    },
    { key: "severity", head: "Severity", cell: (row) => <Chip status={severityOf(row)} /> },
    {
      key: "age",
      head: "Age",
      cell: (row) => (
        <span class="whole" title={exactTime(row.received_at)}>
          {spanInWords(now.getTime() - Date.parse(row.received_at))}
        </span>
      ),
    },
    { key: "state", head: "State", cell: (row) => <Chip status={statusOf(DEFECT_STATUS, row.status)} /> },
  ];
}
