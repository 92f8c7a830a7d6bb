import { z } from "zod";
import { shoalError } from "../../core/errors.ts";
import { EDGE_EVENTS, type EdgeEvent, type ResilienceReport } from "../../telemetry/resilience.ts";
import { CALLEES_MAX } from "../../telemetry/resilience-meter.ts";

/** Without control characters: names are keys of maps, and are shown on terminals. */
const Name = z
  .string()
  .min(1)
  .max(128)
  .regex(/^\P{Cc}+$/u);
const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Amount = z.number().min(0).max(1e12);
/** Unix ms, as far as there are dates. */
const Time = z.number().min(0).max(8.64e15);
const Share = z.number().min(0).max(1);

const Ejected = z.object({
  instance: Name,
  reason: z.enum(["consecutive_failures", "failure_ratio", "connection_refused"]),
  forMs: Amount,
  probeInMs: Amount,
});

const Edge = z.object({
  callee: Name,
  retryBudget: Amount,
  retryBudgetMax: Amount,
  instances: Count,
  subset: Count,
  ejected: z.array(Ejected).max(100),
  panic: z.boolean(),
  zoneLocalShare: Share,
  throttledShare: Share,
  inFlight: Count,
  waiting: Count,
  policy: z
    .record(z.string().max(64), z.union([z.string().max(200), z.number(), z.boolean()]))
    .refine((policy) => Object.keys(policy).length <= 64, "has more than 64 settings"),
  counts: z.object(
    Object.fromEntries(EDGE_EVENTS.map((event) => [event, Count.optional()])) as Record<
      EdgeEvent,
      z.ZodOptional<typeof Count>
    >,
  ),
});

const Admission = z.object({
  limit: Amount,
  limitMax: Amount,
  inFlight: Count,
  waiting: Count,
  waitersMax: Count,
  queueDelayMs: Amount,
  stressed: z.boolean(),
});

const Shed = z
  .record(z.string().regex(/^(critical|default|sheddable) (overload|queue_full|expired|draining)$/), Count)
  .default({});

const Report = z.object({
  service: Name,
  instance: Name,
  startMs: Time,
  ended: z.boolean().optional(),
  edges: z.array(Edge).max(CALLEES_MAX + 1),
  admission: Admission.optional(),
  shed: Shed,
});

/** Reads the body of `POST /v1/resilience`; fields that are not known are left out. Throws BODY_MALFORMED. */
export function resilienceReportIn(bytes: Uint8Array): ResilienceReport {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch (cause) {
    throw shoalError("BODY_MALFORMED", { message: "the report is not JSON", cause });
  }
  const read = Report.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.slice(0, 8).map(String).join(".").slice(0, 200);
  throw shoalError("BODY_MALFORMED", { message: `the report's ${where || "body"}: ${issue?.message.slice(0, 300)}` });
}
