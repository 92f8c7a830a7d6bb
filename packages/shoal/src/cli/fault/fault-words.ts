import type { FaultStatus } from "../../control/api/schemas/faults.ts";

type What = Pick<FaultStatus, "latencyMs" | "errorRatio" | "status" | "dropRatio">;
type Which = Pick<FaultStatus, "operation" | "instance" | "caller">;

/** Such as "calls to quotes: 300 ms slower, 5 % answered 503, only getQuote". */
export function faultWords(fault: What & Which & Pick<FaultStatus, "service">): string {
  const only = onlyWords(fault);
  return `calls to ${fault.service}: ${whatWords(fault)}${only === "" ? "" : `, only ${only}`}`;
}

/** Such as "300 ms slower, 5 % answered 503, 10 % not answered". */
export function whatWords({ latencyMs, errorRatio, status, dropRatio }: What): string {
  const parts = [
    latencyMs > 0 ? `${latencyMs} ms slower` : "",
    errorRatio > 0 ? `${percent(errorRatio)} answered ${status}` : "",
    dropRatio > 0 ? `${percent(dropRatio)} not answered` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Such as "getQuote at quotes-1 from web"; "" when it is for all calls of the service. */
export function onlyWords({ operation, instance, caller }: Which): string {
  const parts = [operation, instance === "" ? "" : `at ${instance}`, caller === "" ? "" : `from ${caller}`];
  return parts.filter((part) => part !== "").join(" ");
}

/** Up to two digits after the point. */
function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))} %`;
}
