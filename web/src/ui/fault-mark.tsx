import { memo } from "react";
import { useFaults } from "../api/faults.ts";
import { faultTitle } from "./fault-words.ts";
import classes from "./protection-mark.module.css";
import { Tag } from "./tag.tsx";

/** Beside a service into whose calls a fault is injected: what, and until when. Nothing beside the others. */
export const FaultMark = memo(function FaultMark({ service }: { readonly service: string }) {
  const own = useFaults().filter((fault) => fault.service === service);
  if (own.length === 0) return null;
  return (
    <span title={faultTitle(own)} className={classes["mark"]}>
      <Tag meaning="warn">{own.length === 1 ? "fault" : `${own.length} faults`}</Tag>
    </span>
  );
});
