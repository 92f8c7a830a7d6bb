import { Link } from "@tanstack/react-router";
import { serviceColor } from "./service-color.ts";
import classes from "./service-name.module.css";

/** A service's name with its colour; a link to its page unless `plain`. */
export function ServiceName({ service, plain = false }: { readonly service: string; readonly plain?: boolean }) {
  const dot = <span className={classes["dot"]} style={{ background: serviceColor(service) }} aria-hidden />;
  if (plain) {
    return (
      <span className={classes["name"]}>
        {dot}
        <span className={classes["text"]}>{service}</span>
      </span>
    );
  }
  return (
    <Link to="/services/$service" params={{ service }} className={`${classes["name"]} ${classes["link"]}`}>
      {dot}
      <span className={classes["text"]}>{service}</span>
    </Link>
  );
}
