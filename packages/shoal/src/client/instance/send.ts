import { isShoalError, type ShoalError, shoalError } from "../../core/errors.ts";
import { type HttpReply, isReplayable, readBody } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import type { Connection } from "../../transport/port.ts";
import { type Call, type CallService, nameOf } from "../call.ts";
import { kindOfReply, retryAfterMs } from "../classify.ts";
import { attemptHeaders } from "./attempt-headers.ts";

/** The end of the stack: writes the headers, sends, reads the reply whole if the call wants that, and says what it means. */
export function sendTo(connection: Connection, { clock }: Ports): CallService {
  const understood = (call: Call, outcome: Outcome<HttpReply>): Outcome<HttpReply> => {
    const kind = outcome.ok ? kindOfReply(outcome.reply) : undefined;
    if (!outcome.ok || kind === undefined) return outcome;
    return failure(kind, answered(call, outcome.reply), outcome.reply, retryAfterMs(outcome.reply, clock.wallMs()));
  };
  return (call, context) => {
    const remainingMs = Math.floor(context.deadlineMs - clock.now());
    if (remainingMs < 1) return Promise.resolve(failure("unsent", noTimeLeft(call)));
    const { method, target, body, headers: own } = call.request;
    const headers = attemptHeaders(own, context, remainingMs);
    return connection.send({ method, target, headers, body }, context).then((sent) => {
      if (!sent.ok) return sent;
      if (!call.replyInMemory || isHeld(sent.reply, call.settings.replyBytesMax)) return understood(call, sent);
      return inMemory(call, sent.reply).then((outcome) => understood(call, outcome));
    });
  };
}

function isHeld({ body }: HttpReply, replyBytesMax: number): boolean {
  return isReplayable(body) && (body?.byteLength ?? 0) <= replyBytesMax;
}

async function inMemory(call: Call, reply: HttpReply): Promise<Outcome<HttpReply>> {
  const { replyBytesMax } = call.settings;
  try {
    return { ok: true, reply: { ...reply, body: await readBody(reply.body, replyBytesMax) } };
  } catch (cause) {
    const tooLarge = isShoalError(cause) && cause.code === "BODY_TOO_LARGE";
    return tooLarge ? failure("final", tooLong(call)) : failure("ambiguous", lostHalfway(call, cause));
  }
}

function answered(call: Call, { status }: HttpReply): ShoalError {
  return shoalError("UPSTREAM_FAILED", { message: `${nameOf(call)} answered ${status}`, status });
}

function tooLong(call: Call): ShoalError {
  return shoalError("REPLY_INVALID", {
    message: `${nameOf(call)} answered with more than ${call.settings.replyBytesMax} bytes`,
    hint: "Answer in pages, or raise replyBytesMax in the call policy.",
  });
}

function lostHalfway(call: Call, cause: unknown): ShoalError {
  return shoalError("CONNECTION_LOST", { message: `${nameOf(call)}: the reply was lost halfway`, cause });
}

function noTimeLeft(call: Call): ShoalError {
  return shoalError("DEADLINE_EXCEEDED", { message: `${nameOf(call)}: no time was left to send it` });
}
