import { useCallback, useDeferredValue, useMemo } from "react";
import { focusRow } from "../../ui/focus-row.ts";
import { Message } from "../../ui/message.tsx";
import { findSpans, spanTexts } from "./find-spans.ts";
import { SpanPanel } from "./span-panel.tsx";
import { TraceBar } from "./trace-bar.tsx";
import { TraceFailure } from "./trace-failure.tsx";
import { TraceMinimap } from "./trace-minimap.tsx";
import type { TraceModel } from "./trace-model.ts";
import { TraceNotes } from "./trace-notes.tsx";
import classes from "./trace-page.module.css";
import type { TimeWindow } from "./trace-range.ts";
import { traceRows } from "./trace-rows.ts";
import { zoomOf, zoomText } from "./trace-zoom.ts";
import { useFolds } from "./use-folds.ts";
import { useJumps } from "./use-jumps.ts";
import type { ChangeTraceSearch, TraceSearch } from "./use-trace-search.ts";
import { Waterfall } from "./waterfall.tsx";

interface TraceViewProps {
  readonly model: TraceModel;
  readonly search: TraceSearch;
  readonly change: ChangeTraceSearch;
}

/** A trace as a waterfall, with what is known of the selected span beside it. */
export function TraceView({ model, search, change }: TraceViewProps) {
  const { focus, hide, errors, logs, q, span } = search;
  const { collapsed, onToggle, onFold } = useFolds(model, span);
  const hidden = useMemo(() => new Set(hide?.split(",")), [hide]);
  const roots = useMemo(() => {
    const focused = focus === undefined ? undefined : model.byId.get(focus);
    return focused ? [focused] : model.tree.roots;
  }, [model, focus]);
  const rows = useMemo(
    () =>
      traceRows(roots, model.logs, {
        collapsed,
        hiddenServices: hidden,
        onlyErrors: errors === "1",
        withLogs: logs !== "0",
      }),
    [roots, model, collapsed, hidden, errors, logs],
  );
  const texts = useMemo(() => spanTexts(model.tree.nodes), [model]);
  // What is typed shows at once; what is found follows when there is time.
  const wanted = useDeferredValue(q ?? "");
  const found = useMemo(() => findSpans(texts, wanted), [texts, wanted]);
  const foundSet = useMemo(() => new Set(found), [found]);
  const window = useMemo(() => zoomOf(search.zoom, model.range) ?? model.range, [search.zoom, model]);
  const selected = span === undefined ? undefined : model.byId.get(span);

  const onSelect = useCallback((id: string | undefined, quietly = false) => change({ span: id }, quietly), [change]);
  const jumps = useJumps({
    model,
    roots,
    hidden,
    selected: span,
    onSelect: (id) =>
      change({ span: id, ...(model.byId.get(id)?.span.status === "error" ? {} : { errors: undefined }) }),
  });
  const onZoom = useCallback(
    (zoom: TimeWindow | undefined) => change({ zoom: zoom && zoomText(zoom, model.range) }, true),
    [change, model],
  );
  const onFocusSubtree = useCallback((id: string) => change({ focus: focus === id ? undefined : id }), [change, focus]);

  const onClose = () => {
    onSelect(undefined);
    // Who closed it by keyboard goes on where the span is.
    focusRow(document.body, `[data-span="${CSS.escape(span ?? "")}"]`);
  };

  return (
    <div className={classes["view"]}>
      <div className={classes["main"]}>
        <div className={classes["bar"]}>
          <TraceBar
            model={model}
            search={search}
            change={change}
            hidden={hidden}
            found={found}
            find={(text) => findSpans(texts, text)}
            onFold={onFold}
            jumps={jumps}
          />
        </div>
        <TraceFailure model={model} onSelect={onSelect} />
        <TraceNotes model={model} onSelect={onSelect} />
        <TraceMinimap model={model} window={window} onZoom={onZoom} />
        {rows.length === 0 ? (
          <Message
            kind="empty"
            title="Nothing of this trace is shown"
            hint="All its services are left out, or none of it failed."
          />
        ) : (
          <Waterfall
            model={model}
            rows={rows}
            window={window}
            selected={span}
            found={foundSet}
            collapsed={collapsed}
            onSelect={onSelect}
            onToggle={onToggle}
            onFocusSubtree={onFocusSubtree}
            onZoom={onZoom}
          />
        )}
      </div>
      {selected && <SpanPanel node={selected} model={model} onSelect={onSelect} onClose={onClose} />}
    </div>
  );
}
