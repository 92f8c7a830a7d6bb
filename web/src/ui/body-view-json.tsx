import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import classes from "./body-view.module.css";
import { type JsonRow, jsonRows } from "./body-view-json-rows.ts";
import { focusRow } from "./focus-row.ts";
import { Found } from "./found-text.tsx";

interface JsonTreeProps {
  readonly value: unknown;
  readonly label: string;
  /** Only what holds it is shown, and what leads there; in lower case, "" for all. */
  readonly find?: string;
}

/** JSON whose branches open and close: arrow keys move, right opens, left closes or goes to the owner. */
export function JsonTree({ value, label, find = "" }: JsonTreeProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState("");
  const { rows, more } = useMemo(() => jsonRows(value, { toggled, find }), [value, toggled, find]);
  const place = useRef<HTMLDivElement>(null);
  const toggle = (path: string) => setToggled((before) => before.symmetricDifference(new Set([path])));
  const go = (row: JsonRow | undefined) => {
    if (!row) return;
    setCurrent(row.path);
    focusRow(place.current, `[data-path="${CSS.escape(row.path)}"]`);
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const row = rows[index];
    if (!row) return;
    const act = actionOf(event.key, row.branch, row.open);
    if (!act) return;
    event.preventDefault();
    if (act === "toggle") toggle(row.path);
    else go(act === "owner" ? ownerOf(rows, index) : rows[index + act]);
  };
  const tabbable = rows.some(({ path }) => path === current) ? current : rows[0]?.path;
  if (rows.length === 0) return <div className={classes["none"]}>Nothing in it says “{find}”.</div>;
  return (
    <div className={classes["tree"]} role="tree" aria-label={label} ref={place}>
      {rows.map((row, index) => (
        <div
          key={row.path}
          role="treeitem"
          aria-level={row.depth + 1}
          aria-selected={row.path === tabbable}
          {...(row.branch ? { "aria-expanded": row.open } : {})}
          tabIndex={row.path === tabbable ? 0 : -1}
          data-path={row.path}
          className={classes["row"]}
          style={{ paddingLeft: 8 + row.depth * 16 }}
          onClick={() => (row.branch ? toggle(row.path) : setCurrent(row.path))}
          onKeyDown={(event) => onKeyDown(event, index)}
        >
          <span className={classes["mark"]} aria-hidden>
            {row.branch ? "▸" : ""}
          </span>
          {row.depth > 0 && row.kind !== "rest" && (
            <span className={classes["name"]}>
              <Found text={row.name} find={find} />:
            </span>
          )}
          <span className={classes["value"]} data-kind={row.kind} data-preview={(row.branch && !row.open) || undefined}>
            {row.branch ? row.text : <Found text={row.text} find={find} />}
          </span>
        </div>
      ))}
      {more && <div className={classes["more"]}>There is more: see the text.</div>}
    </div>
  );
}

function actionOf(key: string, branch: boolean, open: boolean): "toggle" | "owner" | 1 | -1 | undefined {
  if (key === "ArrowDown") return 1;
  if (key === "ArrowUp") return -1;
  if (key === "Enter" || key === " ") return branch ? "toggle" : undefined;
  if (key === "ArrowRight") return open || !branch ? 1 : "toggle";
  if (key === "ArrowLeft") return open ? "toggle" : "owner";
  return undefined;
}

function ownerOf(rows: readonly JsonRow[], index: number): JsonRow | undefined {
  const depth = rows[index]?.depth ?? 0;
  return rows.slice(0, index).findLast((row) => row.depth < depth);
}
