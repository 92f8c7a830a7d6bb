import { IconStack2 } from "@tabler/icons-react";
import { useFleet } from "../../../api/fleet-store.ts";
import classes from "./map-legend.module.css";

/** What lines and boxes of the map mean; in step with call-edge.tsx and service-node.tsx. */
export function MapLegend() {
  const hasGroups = useFleet().instances.some(({ group }) => group !== undefined);
  return (
    <ul className={classes["legend"]} aria-label="What the map's lines and boxes mean">
      <Line name="1/s" width={1.3} />
      <Line name="1,000 calls/s" width={4} />
      <Line name="1% fail" width={2} bad />
      <Line name="no calls" width={1} dashes="3 5" />
      <li>
        <span className={classes["sample"]} data-trouble aria-hidden />
        in trouble
      </li>
      <li>
        <span className={classes["sample"]} data-fault aria-hidden />
        fault injected
      </li>
      <li>
        <span className={classes["word"]}>retried</span>
        see Resilience
      </li>
      {hasGroups && (
        <li>
          <IconStack2 size={13} aria-hidden />
          one process
        </li>
      )}
      <li>
        <span className={classes["sample"]} data-outside aria-hidden />
        outside
      </li>
    </ul>
  );
}

interface LineProps {
  readonly name: string;
  /** In px, as the map draws it. */
  readonly width: number;
  readonly bad?: boolean;
  readonly dashes?: string;
}

function Line({ name, width, bad = false, dashes }: LineProps) {
  return (
    <li>
      <svg width={26} height={8} aria-hidden>
        <path
          d="M0 4H26"
          stroke={bad ? "var(--shoal-bad)" : "var(--shoal-edge)"}
          strokeWidth={width}
          {...(dashes === undefined ? {} : { strokeDasharray: dashes })}
        />
      </svg>
      {name}
    </li>
  );
}
