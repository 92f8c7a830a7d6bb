import { Skeleton, Stack, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ApiOperation } from "./api-operations.ts";
import classes from "./explorer.module.css";
import { useExplorerSearch } from "./use-explorer-search.ts";
import { useOpenapi } from "./use-openapi.ts";

/** The service's operations, by group; and a request of one's own. */
export function OperationList({ service }: { readonly service: string }) {
  const { operations, loading } = useOpenapi(service);
  const [wanted, setWanted] = useState("");
  const groups = Map.groupBy(
    operations.filter((one) => fits(one, wanted.toLowerCase())),
    ({ group }) => group,
  );
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
        {[...groups].map(([group, members]) => (
          <div key={group}>
            <h2 className={classes["group"]}>{group || "operations"}</h2>
            {members.map((operation) => (
              <OperationLink key={operation.id} service={service} operation={operation} />
            ))}
          </div>
        ))}
        <h2 className={classes["group"]}>anything</h2>
        <FreeLink service={service} />
      </div>
    </>
  );
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
