import { Button, Select } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import { useLogTail } from "../../ui/log-tail.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { colorsOf } from "../../ui/service-color.ts";
import classes from "./console.module.css";
import { ConsoleLine } from "./console-line.tsx";
import { useServiceSearch } from "./use-service-search.ts";

const LINE_HEIGHT = 18;
/** Nearer to the end than this, it follows. */
const END_PX = 30;

/** What a service's processes printed, as a terminal would show it. */
export function ConsoleTab() {
  const { service, search, change } = useServiceSearch();
  const { instancesOf } = useFleet();
  const tail = useLogTail({ service, instance: search.instance });
  const { buffer, following, follow } = tail;
  const lines = buffer.lines.filter(({ stream }) => stream !== "otlp");
  const printed = new Set(lines.map(({ instance }) => instance));
  const names = printed.size > 1 ? [...printed].sort().join("\n") : "";
  const colors = useMemo(() => (names === "" ? undefined : colorsOf(names.split("\n"))), [names]);
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    paddingStart: 8,
    paddingEnd: 8,
    getItemKey: (index) => lines[index]?.seq ?? index,
  });
  useEffect(() => {
    if (following && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [lines.length, following, virtual]);
  if (tail.state === "failed") return <ErrorMessage error={tail.error} />;
  const onScroll = () => {
    const element = place.current;
    if (!element) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    if (isAtEnd !== following) follow(isAtEnd);
  };
  return (
    <div className={classes["frame"]}>
      <div className={classes["bar"]}>
        <Select
          aria-label="Instance"
          placeholder="All instances"
          clearable
          w={260}
          data={(instancesOf.get(service) ?? []).map(({ instance }) => instance)}
          value={search.instance ?? null}
          onChange={(instance) => change({ instance: instance ?? undefined }, true)}
        />
        {!following && (
          <Button variant="default" onClick={() => follow(true)}>
            Follow
          </Button>
        )}
      </div>
      {lines.length === 0 && tail.state !== "loading" ? (
        <Message kind="empty" title="It has printed nothing" hint="What it prints appears here within a second." />
      ) : (
        <div
          ref={place}
          className={classes["console"]}
          role="log"
          aria-live="off"
          aria-label="Console"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard
          tabIndex={0}
          onScroll={onScroll}
        >
          <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
            {virtual.getVirtualItems().map(({ index, key, start }) => {
              const line = lines[index];
              return (
                line && (
                  <div
                    key={key}
                    ref={virtual.measureElement}
                    data-index={index}
                    data-stream={line.stream}
                    className={classes["line"]}
                    style={{ transform: `translateY(${start}px)` }}
                  >
                    <ConsoleLine line={line} color={colors?.get(line.instance)} />
                  </div>
                )
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}
