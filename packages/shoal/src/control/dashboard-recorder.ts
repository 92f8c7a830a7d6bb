import type { Ports } from "../core/service.ts";
import type { Identity } from "../discovery/identity.ts";
import type { OtlpPost } from "../telemetry/otlp-sender.ts";
import { createProcessRecorder, type ProcessRecorder } from "../telemetry/process-recorder.ts";
import type { History, IntakeKind } from "./history/history.ts";

/** A call from the dashboard is recorded in full anyway. */
const SLOW_MS = 1_000;

/** Records the calls that the dashboard makes straight into the history, as if they had come over the network. */
export function dashboardRecorder(ports: Ports, identity: Identity, history: Pick<History, "ingest">): ProcessRecorder {
  const { service, instance, release, realm, zone } = identity;
  const resource = {
    "service.name": service,
    "service.instance.id": instance,
    "service.version": release,
    "shoal.realm": realm,
    "shoal.zone": zone,
  };
  const postTo =
    (kind: IntakeKind): OtlpPost =>
    async (body) => {
      const bytes = Buffer.from(body);
      const taken = history.ingest({ kind, contentType: "application/json", contentEncoding: "", bytes });
      return taken.then(
        () => ({ kind: "taken" }),
        () => ({ kind: "later", afterMs: 0 }),
      );
    };
  return createProcessRecorder({
    ports,
    resource,
    sampling: { kind: "all" },
    slowMs: SLOW_MS,
    postSpans: postTo("otlp-traces"),
    postExchanges: postTo("exchanges"),
  });
}
