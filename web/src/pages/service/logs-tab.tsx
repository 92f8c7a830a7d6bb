import { Button, Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { LogLines } from "../../ui/log-lines.tsx";
import { LogSearch } from "../../ui/log-search.tsx";
import { Message } from "../../ui/message.tsx";
import classes from "./console.module.css";
import { useServiceSearch } from "./use-service-search.ts";

const LEVELS = [
  { value: "info", label: "Info and above" },
  { value: "warn", label: "Warnings, errors" },
  { value: "error", label: "Errors" },
];

/** A service's lines, live and searched; further filters are on the page of all lines. */
export function LogsTab() {
  const { service, search, change } = useServiceSearch();
  const { q, level } = search;
  return (
    <div className={classes["frame"]}>
      <div className={classes["bar"]}>
        <LogSearch value={q} onChange={(text) => change({ q: text }, true)} />
        <Select
          aria-label="Level"
          placeholder="All levels"
          w={156}
          clearable
          data={LEVELS}
          value={level ?? null}
          onChange={(next) => change({ level: next ?? undefined }, true)}
        />
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link {...props} to="/logs" search={{ service, ...(q && { q }), ...(level && { level }) }} />
          )}
        >
          Open in Logs
        </Button>
      </div>
      <div className={classes["rest"]}>
        <LogLines
          service={service}
          text={q}
          level={level}
          label={`Logs of ${service}`}
          {...(q === undefined && level === undefined ? {} : { empty: NONE_FOUND })}
        />
      </div>
    </div>
  );
}

const NONE_FOUND = <Message kind="empty" title="No line is like that" hint="None passes the search and the level." />;
