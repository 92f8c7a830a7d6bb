import { expect, it } from "vitest";
import { runInContext } from "../core/context.ts";
import { newTrace } from "../core/trace-context.ts";
import { createRecordingLog } from "../testing/recording-log.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { exportingLog, type LogRecord, logsEncoder } from "./otlp-logs.ts";

it("exports what a log says as OTLP JSON, with its trace and without secrets, and says it all the same", () => {
  const records: LogRecord[] = [];
  const said = createRecordingLog();
  const batches = { add: (record: LogRecord) => void records.push(record), flush: async () => {}, dropped: () => 0 };
  const log = exportingLog(said, { clock: createVirtualClock(), batches, from: "info" });
  const trace = newTrace(seededRandom(1));
  runInContext({ ...arrivingContext(new AbortController().signal), trace }, () =>
    log.warn("careful", { id: 7, password: "x", list: [1] }),
  );
  log.debug("not exported");
  log.error("outside");
  expect(said.lines.map(({ message }) => message)).toEqual(["careful", "not exported", "outside"]);
  const [{ resource, scopeLogs }] = JSON.parse(logsEncoder({ "service.name": "quotes" })(records)).resourceLogs;
  expect(resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "quotes" } }]);
  expect(scopeLogs[0].logRecords).toEqual([
    {
      timeUnixNano: "1767225600000000000",
      severityNumber: 13,
      severityText: "WARN",
      body: { stringValue: "careful" },
      attributes: [
        { key: "id", value: { intValue: "7" } },
        { key: "password", value: { stringValue: "[redacted]" } },
        { key: "list", value: { stringValue: "[1]" } },
      ],
      traceId: trace.traceId,
      spanId: trace.spanId,
    },
    {
      timeUnixNano: "1767225600000000000",
      severityNumber: 17,
      severityText: "ERROR",
      body: { stringValue: "outside" },
      attributes: [],
    },
  ]);
});
