import type { IncomingMessage } from "node:http";
import type { HttpReply } from "../../core/message.ts";
import { HEADER, PATH } from "../../core/wire.ts";
import { metricsTypeFor } from "../../telemetry/openmetrics.ts";
import { jsonReply, readyReply, type WellKnown } from "../own-paths.ts";
import type { Surroundings } from "./surroundings.ts";

/** An answer of Shoal: `instead` of the app's, or as a `fallback` when the app has none. */
export interface OwnAnswer {
  readonly kind: "instead" | "fallback";
  readonly reply: () => HttpReply;
}

/** What Shoal answers to a request, or undefined when it has nothing to say. */
export function ownAnswer({ method, url = "", headers }: IncomingMessage, around: Surroundings): OwnAnswer | undefined {
  if (method !== "GET" && method !== "HEAD") return undefined;
  const mark = url.indexOf("?");
  switch (mark < 0 ? url : url.slice(0, mark)) {
    case PATH.live:
      return fallback(() => jsonReply(200, { status: "live" }));
    case PATH.ready:
      return readiness(around);
    case PATH.wellKnown:
      return fallback(() => jsonReply(200, wellKnown(around)));
    case PATH.metrics:
      return fallback(() => metricsReply(around, metricsTypeFor(headers.accept)));
    default:
      return undefined;
  }
}

function fallback(reply: () => HttpReply): OwnAnswer {
  return { kind: "fallback", reply };
}

/** An app's own check does not know that the instance is draining, so it is not asked then. */
function readiness({ lifecycle }: Surroundings): OwnAnswer {
  const phase = lifecycle.phase();
  if (phase === "starting" || phase === "ready") return fallback(() => readyReply("ready"));
  return { kind: "instead", reply: () => readyReply("draining") };
}

function wellKnown({ identity }: Surroundings): WellKnown {
  const { service: name, instance, release, realm, zone } = identity;
  return { name, instance, release, realm, zone, contract: "" };
}

function metricsReply({ meter }: Surroundings, type: string): HttpReply {
  const { render } = meter();
  if (!render) return { status: 204, headers: {}, body: undefined };
  return { status: 200, headers: { [HEADER.contentType]: type }, body: Buffer.from(render(type)) };
}
