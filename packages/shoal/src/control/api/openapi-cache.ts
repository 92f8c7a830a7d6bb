import { sendToService } from "../../client/client.ts";
import type { Runtime } from "../../client/runtime.ts";
import { parseJson } from "../../core/json.ts";
import { readBody } from "../../core/message.ts";
import { newTrace } from "../../core/trace-context.ts";
import { PATH } from "../../core/wire.ts";
import type { Instance } from "../../discovery/instance.ts";
import { arrivingContext } from "../../transport/arrival.ts";

type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The OpenAPI documents of the fleet's services, asked for once for each contract and release. */
export interface OpenApiCache {
  /** undefined when no instance answers with one. Never rejects. */
  readonly documentOf: (service: string) => Promise<OpenApiDocument | undefined>;
}

const DOCUMENTS_MAX = 500;
const DOCUMENT_BYTES_MAX = 8 * 1_024 * 1_024;
const ASK_MS = 2_000;
/** A service without a document is asked again after this long. */
const ABSENT_MS = 15_000;

interface Known {
  readonly version: string;
  readonly document: OpenApiDocument | undefined;
  readonly askedMs: number;
}

/**
 * @param runtime How services are asked; records nothing.
 * @param registered Who is in the registry: their contracts and releases tell whether a document may have changed.
 */
export function createOpenApiCache(runtime: Runtime, registered: () => readonly Instance[]): OpenApiCache {
  const { clock } = runtime.ports;
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<OpenApiDocument | undefined>>();

  const ask = async (service: string, version: string) => {
    const document = await fetchDocument(runtime, service).catch(() => undefined);
    known.delete(service);
    known.set(service, { version, document, askedMs: clock.now() });
    for (const oldest of known.keys()) if (known.size > DOCUMENTS_MAX) known.delete(oldest);
    return document;
  };
  return {
    async documentOf(service) {
      const instances = registered().filter((instance) => instance.service === service);
      if (instances.length === 0) return known.get(service)?.document;
      // Its instances are in it too: a release may be "dev" for ever, but a restarted process has a new id.
      const version = instances
        .map(({ id, contract, release }) => `${contract} ${release} ${contract ? "" : id}`)
        .join();
      const before = known.get(service);
      const isFresh = before?.document !== undefined || clock.now() - (before?.askedMs ?? 0) < ABSENT_MS;
      if (before?.version === version && isFresh) return before.document;
      const running = asking.get(service) ?? ask(service, version).finally(() => asking.delete(service));
      asking.set(service, running);
      return running;
    },
  };
}

async function fetchDocument(runtime: Runtime, service: string): Promise<OpenApiDocument | undefined> {
  const request = { method: "GET", target: PATH.openapi, headers: {}, body: undefined };
  // Nobody asked for a trace of this.
  const trace = newTrace(runtime.ports.random, false);
  const context = { ...arrivingContext(new AbortController().signal), trace, realm: runtime.identity.realm };
  const reply = await sendToService(runtime, service, request, { deadlineMs: ASK_MS, attemptMs: ASK_MS, context });
  if (reply.status !== 200) return undefined;
  const document = parseJson(Buffer.from(await readBody(reply.body, DOCUMENT_BYTES_MAX)).toString("utf8"));
  const isObject = typeof document === "object" && document !== null && !Array.isArray(document);
  return isObject ? (document as OpenApiDocument) : undefined;
}
