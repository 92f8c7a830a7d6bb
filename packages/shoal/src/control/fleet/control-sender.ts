import type { Clock } from "../../core/clock.ts";
import { type ControlLink, controlLink } from "../../discovery/control-link.ts";
import { controlContract } from "../api/contract.ts";
import type { SupervisorReport } from "../api/fleet-state.ts";
import type { FleetLine } from "./line-buffer.ts";

/** What a supervisor tells the control plane. Each resolves to whether it was heard; none rejects. */
export interface ControlSender {
  readonly report: (supervisor: string, report: SupervisorReport) => Promise<boolean>;
  readonly appendLogs: (lines: readonly FleetLine[], dropped: number) => Promise<boolean>;
  readonly close: () => void;
}

const SEND_MS = 2_000;
const { report: REPORT, appendLogs: APPEND } = controlContract.operations;

/** Speaks the control plane's contract by hand, over plain node:http: a supervisor must start in no time, with nothing loaded. */
export function createControlSender(control: string, clock: Clock, token?: string): ControlSender {
  const link: ControlLink = controlLink({ control, token, clock });
  const send = async (method: "PUT" | "POST", path: string, body: unknown) => {
    try {
      const reply = await link.send(method, path, { body, timeoutMs: SEND_MS, held: false });
      return reply.status < 300;
    } catch {
      return false; // down or restarting: said again later
    }
  };
  return {
    report: (supervisor, report) =>
      send("PUT", REPORT.path.replace(":supervisor", encodeURIComponent(supervisor)), report),
    appendLogs: (lines, dropped) => send("POST", APPEND.path, { lines, dropped }),
    close: link.close,
  };
}
