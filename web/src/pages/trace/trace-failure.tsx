import { UnstyledButton } from "@mantine/core";
import { IconAlertTriangleFilled } from "@tabler/icons-react";
import { failureOf } from "./span-failure.ts";
import { mainRoot, type TraceModel } from "./trace-model.ts";
import classes from "./trace-page.module.css";

interface TraceFailureProps {
  readonly model: TraceModel;
  readonly onSelect: (span: string) => void;
}

/** Where the failures of a trace began and why, in one line that leads there; nothing for a trace without one. */
export function TraceFailure({ model, onSelect }: TraceFailureProps) {
  const { cause } = model;
  if (cause === undefined) return null;
  const { type = "", message = "" } = failureOf(cause.span) ?? {};
  const reason = message.startsWith(type) ? message : [type, message].filter((text) => text !== "").join(": ");
  const rootFailed = mainRoot(model)?.span.status === "error";
  return (
    <UnstyledButton className={classes["failure"] ?? ""} title={reason} onClick={() => onSelect(cause.id)}>
      <IconAlertTriangleFilled size={15} aria-hidden />
      <span className={classes["failureText"]}>
        {rootFailed ? "It failed in " : "A part failed: "}
        <b>
          {cause.span.service} {cause.span.name}
        </b>
        {reason !== "" && <span className={classes["reason"]}> {reason}</span>}
      </span>
      <span className={classes["failureGo"]}>Show the span</span>
    </UnstyledButton>
  );
}
