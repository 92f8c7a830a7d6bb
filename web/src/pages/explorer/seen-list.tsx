import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { control } from "../../api/control.ts";
import classes from "./explorer.module.css";
import { seenRequests } from "./seen-requests.ts";

const LOOKED_AT = 500;

/** What others asked of a service that tells nothing of its operations: one of each kind fills in the request. */
export function SeenList({ service, wanted }: { readonly service: string; readonly wanted: string }) {
  const { data } = useQuery({
    queryKey: ["seen", service],
    queryFn: ({ signal }) => control.listExchanges({ query: { service, side: "server", limit: LOOKED_AT } }, signal),
    staleTime: 15_000,
  });
  const seen = seenRequests(data?.exchanges ?? []).filter(({ method, path }) =>
    `${method} ${path}`.toLowerCase().includes(wanted),
  );
  if (seen.length === 0) return null;
  return (
    <div>
      <h2 className={classes["group"]}>seen in its traffic</h2>
      {seen.map(({ id, method, path }) => (
        <Link
          key={id}
          to="/explorer"
          search={{ exchange: id }}
          className={classes["operation"]}
          title={`${method} ${path}: fill in the request as it was recorded`}
        >
          <span className={classes["method"]}>{method}</span>
          <span className={classes["name"]}>{path}</span>
        </Link>
      ))}
    </div>
  );
}
