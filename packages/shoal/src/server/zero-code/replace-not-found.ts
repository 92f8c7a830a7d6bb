import type { ServerResponse } from "node:http";
import type { HttpReply } from "../../core/message.ts";
import { writeHttpReply } from "../../transport/http-message.ts";

/** The methods of a reply that send something, without their many overloads. */
type Send = (...args: unknown[]) => unknown;
interface Sender {
  writeHead: Send;
  write: Send;
  end: Send;
  flushHeaders: Send;
}

const METHODS = ["writeHead", "write", "end", "flushHeaders"] as const;

/**
 * Lets an app answer a request first, and sends `answer` in place of its 404. Any other reply of the app passes
 * untouched. What the app wrote into its 404, headers included, is dropped.
 * @param onError Called when `answer` fails; the reply is then cut.
 */
export function replaceNotFound(
  response: ServerResponse,
  answer: () => HttpReply | Promise<HttpReply>,
  onError: (cause: unknown) => void,
): void {
  const sender = response as unknown as Sender;
  const { writeHead, write, end, flushHeaders } = sender;
  let replaced = false;
  const drops = (status: unknown = response.statusCode) => {
    if (!replaced && !response.headersSent && status === 404) replaced = true;
    return replaced;
  };
  const own: Sender = {
    writeHead: (status, ...rest) => (drops(status) ? response : writeHead.call(response, status, ...rest)),
    flushHeaders: () => (drops() ? undefined : flushHeaders.call(response)),
    write(...args) {
      if (!drops()) return write.apply(response, args);
      const callback = callbackOf(args);
      if (callback) process.nextTick(callback);
      return true;
    },
    end(...args) {
      if (!drops()) return end.apply(response, args);
      for (const method of METHODS) Reflect.deleteProperty(sender, method);
      const callback = callbackOf(args);
      if (callback) response.once("finish", callback);
      void send(response, answer).catch((cause: unknown) => {
        onError(cause);
        response.destroy();
      });
      return response;
    },
  };
  for (const method of METHODS) {
    Object.defineProperty(sender, method, { value: own[method], configurable: true, writable: true });
  }
}

async function send(response: ServerResponse, answer: () => HttpReply | Promise<HttpReply>): Promise<void> {
  const reply = await answer();
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.statusMessage = "";
  await writeHttpReply(reply, response);
}

function callbackOf(args: readonly unknown[]): (() => void) | undefined {
  const last = args.at(-1);
  return typeof last === "function" ? (last as () => void) : undefined;
}
