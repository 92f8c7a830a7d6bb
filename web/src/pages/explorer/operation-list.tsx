import { Skeleton, Stack, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ApiOperation } from "./api-operations.ts";
import classes from "./explorer.module.css";
import { SeenList } from "./seen-list.tsx";
import { useExplorerSearch } from "./use-explorer-search.ts";
import { useOpenapi } from "./use-openapi.ts";

/** The service's operations, by group; and a request of one's own. */
export function OperationList({ service }: { readonly service: string }) {
  const { operations, loading, isMissing } = useOpenapi(service);
  const [wanted, setWanted] = useState("");
  const groups = groupsOf(operations.filter((one) => fits(one, wanted.toLowerCase())));
  return (
    <>
      <TextInput
        data-search
        aria-label="Search operations"
        placeholder="Search operations"
        leftSection={<IconSearch size={14} />}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      <div className={classes["list"]}>
        {loading && (
          <Stack gap={6} role="status" aria-label="Loading operations" aria-busy="true">
            <Skeleton height={24} />
            <Skeleton height={24} />
            <Skeleton height={24} />
          </Stack>
        )}
        {groups.map(([group, members]) => (
          <div key={group}>
            <h2 className={classes["group"]}>{group || "operations"}</h2>
            {members.map((operation) => (
              <OperationLink key={operation.id} service={service} operation={operation} />
            ))}
          </div>
        ))}
        {isMissing && <SeenList service={service} wanted={wanted.toLowerCase()} />}
        <h2 className={classes["group"]}>anything</h2>
        <FreeLink service={service} />
      </div>
    </>
  );
}

/** By group, as the document has them; those that are alone in theirs stand together at the end. */
function groupsOf(operations: readonly ApiOperation[]): readonly (readonly [string, readonly ApiOperation[]])[] {
  const all = [...Map.groupBy(operations, ({ group }) => group)];
  const alone = all.filter(([, members]) => members.length === 1);
  if (alone.length < 2) return all;
  const others = alone.flatMap(([, members]) => members);
  const rest = all.filter(([, members]) => members.length > 1);
  return [...rest, [rest.length === 0 ? "" : "others", others]];
}

function OperationLink({ service, operation }: { readonly service: string; readonly operation: ApiOperation }) {
  const { search } = useExplorerSearch();
  const isChosen = search.operation === operation.id;
  return (
    <Link
      to="/explorer"
      search={{ service, operation: operation.id }}
      className={classes["operation"]}
      data-chosen={isChosen || undefined}
      data-deprecated={operation.deprecated || undefined}
      aria-current={isChosen ? "true" : undefined}
      title={[operation.path, operation.summary].filter(Boolean).join(" · ")}
    >
      <span className={classes["method"]}>{operation.method}</span>
      <span className={classes["name"]}>{operation.id}</span>
    </Link>
  );
}

function FreeLink({ service }: { readonly service: string }) {
  const { search } = useExplorerSearch();
  const isChosen = search.operation === undefined;
  return (
    <Link
      to="/explorer"
      search={{ service }}
      className={classes["operation"]}
      data-chosen={isChosen || undefined}
      aria-current={isChosen ? "true" : undefined}
    >
      <span className={classes["method"]}>any</span>
      <span className={classes["name"]}>A request of your own</span>
    </Link>
  );
}

function fits({ id, path, method, summary }: ApiOperation, wanted: string): boolean {
  return `${method} ${path} ${id} ${summary}`.toLowerCase().includes(wanted);
}
