import { Link } from "@tanstack/react-router";
import classes from "./resilience.module.css";

/** To what else is known of the calls between two services. */
export function EdgeLinks({ caller, callee }: { readonly caller: string; readonly callee: string }) {
  const attribute = caller === "" ? {} : { attribute: `shoal.caller=${caller}` };
  const traffic =
    caller === "" ? { service: callee, side: "server" } : { service: caller, peer: callee, side: "client" };
  return (
    <nav className={classes["links"]} aria-label="More about these calls">
      <Link to="/traces" search={{ service: callee, ...attribute }}>
        Traces
      </Link>
      <Link to="/traffic" search={traffic}>
        Traffic
      </Link>
      {caller !== "" && (
        <Link to="/logs" search={{ service: caller }}>
          Logs of {caller}
        </Link>
      )}
      <Link to="/logs" search={{ service: callee }}>
        Logs of {callee}
      </Link>
      <Link to="/services/$service" params={{ service: callee }}>
        Service {callee}
      </Link>
    </nav>
  );
}
