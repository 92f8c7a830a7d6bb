import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { serviceColor } from "./service-color.ts";
import classes from "./service-name.module.css";

interface ServiceNameProps {
  readonly service: string;
  readonly plain?: boolean;
}

/** A service's name with its colour; a link to its page unless `plain`. */
export const ServiceName = memo(function ServiceName({ service, plain = false }: ServiceNameProps) {
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
});
