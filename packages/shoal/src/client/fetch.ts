import type { Body, HttpReply } from "../core/message.ts";
import { sendToService } from "./client.ts";
import { type FetchRequest, readRequest } from "./fetch-request.ts";
import { responseOf } from "./fetch-response.ts";
import type { CallPolicy } from "./policy.ts";
import { currentRuntime } from "./process-runtime.ts";
import { redirected } from "./redirect.ts";
import { parseServiceUrl } from "./service-url.ts";
import { watchOutside } from "./watch-outside.ts";

/** What `fetch` takes beside the URL: the platform's own, and the policy of the call. */
export interface FetchInit extends RequestInit {
  readonly policy?: CallPolicy | undefined;
}

/**
 * The platform's `fetch`, which also finds services: `service://quotes/quotes/42` or `http://quotes.service/quotes/42`
 * goes to an instance of quotes with everything that a call gets. Any other URL goes to the platform's own, untouched.
 *
 * Any reply of the service is a Response, also a 5xx that retries could not mend. Rejects with a ShoalError when no
 * instance answered, and with the signal's reason when it is aborted. GET, HEAD, PUT, DELETE and OPTIONS are taken to
 * be idempotent, and any request with an `Idempotency-Key`. A body that streams is sent at most once.
 * The deadline covers the reply's headers, and its body up to 1 MiB when it says its length; a body that streams goes
 * on until it has not moved for 60 s.
 */
export async function fetch(input: string | URL | Request, init: FetchInit = {}): Promise<Response> {
  const { policy, ...own } = init;
  const url = typeof input === "string" ? input : "href" in input ? input.href : input.url;
  if (!parseServiceUrl(url)) {
    watchOutside(currentRuntime());
    return globalThis.fetch(input, own);
  }
  const signal = own.signal ?? (typeof input === "object" && "signal" in input ? input.signal : undefined);
  try {
    return await send(await readRequest(input, url, own), policy, signal);
  } catch (cause) {
    throw signal?.aborted ? signal.reason : cause;
  }
}

/** Sends, and follows redirects from service to service. */
async function send(
  first: FetchRequest,
  policy: CallPolicy | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let request = first;
  // bounded by `redirected`, which counts
  for (;;) {
    const to = parseServiceUrl(request.url);
    if (!to) return elsewhere(request, signal);
    const { method, headers, body } = request;
    const options = { ...policy, signal };
    const reply: HttpReply = await sendToService(
      currentRuntime(),
      to.service,
      { method, target: to.target, headers, body },
      options,
    );
    const next = redirected(request, reply);
    if (next === undefined) return responseOf(reply, request);
    request = next;
  }
}

/** A redirect that leaves the fleet. */
function elsewhere({ url, method, headers, body }: FetchRequest, signal: AbortSignal | undefined): Promise<Response> {
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = bytesOf(body);
  if (signal !== undefined) init.signal = signal;
  return globalThis.fetch(url, init);
}

/** A request that is redirected has its body in memory: `redirected` refuses others. */
function bytesOf(body: Body): Uint8Array<ArrayBuffer> {
  return new Uint8Array(body as Uint8Array);
}
