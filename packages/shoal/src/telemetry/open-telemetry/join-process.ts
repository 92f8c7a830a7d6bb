import { systemPorts } from "../../transport/system-ports.ts";
import { processRecorder } from "../process-telemetry.ts";
import { joinOpenTelemetry } from "./join.ts";
import type { Api } from "./joint.ts";

/** Joins the app's copy of the API with this process' recorder, if it records anything. */
export function joinProcess(api: Api): void {
  const recorder = processRecorder();
  if (recorder.enabled) joinOpenTelemetry({ api, ports: systemPorts, recorder });
}
