import type { FaultStatus } from "../api/types.ts";
import { formatClock } from "../format/time.ts";

type What = Pick<FaultStatus, "latencyMs" | "errorRatio" | "status" | "dropRatio">;
type Which = Pick<FaultStatus, "operation" | "instance" | "caller">;

/** Such as "300 ms slower, 5% answered 503, 10% not answered". */
function whatWords({ latencyMs, errorRatio, status, dropRatio }: What): string {
  const parts = [
    latencyMs > 0 ? `${latencyMs} ms slower` : "",
    errorRatio > 0 ? `${percent(errorRatio)} answered ${status}` : "",
    dropRatio > 0 ? `${percent(dropRatio)} not answered` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Such as "getQuote at quotes-1 from web"; "" when it is for all calls of the service. */
function onlyWords({ operation, instance, caller }: Which): string {
  const parts = [operation, instance === "" ? "" : `at ${instance}`, caller === "" ? "" : `from ${caller}`];
  return parts.filter((part) => part !== "").join(" ");
}

/** Such as "300 ms slower, only from web, until 14:03:22". */
export function faultWords(fault: What & Which & Pick<FaultStatus, "untilMs">): string {
  const only = onlyWords(fault);
  return [whatWords(fault), ...(only === "" ? [] : [`only ${only}`]), `until ${untilText(fault)}`].join(", ");
}

/** What is injected into calls of a service, or those of one caller to it; "" for nothing. */
export function faultTitle(faults: readonly FaultStatus[]): string {
  return faults.length === 0 ? "" : `Injected on purpose: ${faults.map(faultWords).join("; ")}`;
}

function untilText({ untilMs }: Pick<FaultStatus, "untilMs">): string {
  return formatClock(untilMs).slice(0, 8);
}

/** Up to two digits after the point. */
function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))}%`;
}
