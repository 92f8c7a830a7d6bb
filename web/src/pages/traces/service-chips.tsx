import type { TraceSummary } from "../../api/types.ts";
import { counted } from "../../format/number.ts";
import { serviceColor } from "../../ui/service-color.ts";
import classes from "./traces.module.css";

const CHIPS_MAX = 5;

/** Who took part in a trace, the most spans first. */
export function ServiceChips({ services }: { readonly services: TraceSummary["services"] }) {
  const shown = services.slice(0, CHIPS_MAX);
  const title = services
    .map(
      ({ service, spans, errors }) => `${service}: ${counted(spans, "span")}${errors > 0 ? `, ${errors} failed` : ""}`,
    )
    .join("\n");
  return (
    <span className={classes["chips"]} title={title}>
      {shown.map(({ service, errors }) => (
        <span key={service} className={classes["chip"]} data-failed={errors > 0 || undefined}>
          <span className={classes["dot"]} style={{ background: serviceColor(service) }} aria-hidden />
          {service}
        </span>
      ))}
      {services.length > CHIPS_MAX && <span className={classes["chip"]}>+{services.length - CHIPS_MAX}</span>}
    </span>
  );
}
