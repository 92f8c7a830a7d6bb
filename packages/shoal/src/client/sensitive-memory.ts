import { type HttpReply, headerOf } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import { matchesPath, parseSensitiveHeader, type SensitiveParts } from "../telemetry/redact-sensitive.ts";
import type { Call } from "./call.ts";

/** What is known of the sensitive fields of a call. */
interface Known {
  readonly parts: SensitiveParts | undefined;
  /** False when there may be some that nobody told of. */
  readonly sure: boolean;
}

/** Remembers what the replies of one service told of its sensitive fields, for calls that get none. */
export interface SensitiveMemory {
  readonly of: (call: Call, reply: HttpReply | undefined) => Known;
}

/** Operations remembered of a service; beyond, the oldest are forgotten. */
const REMEMBERED_MAX = 500;

export function createSensitiveMemory(): SensitiveMemory {
  /** By header and method, so that one operation is there once; null: that path has nothing sensitive. */
  const told = new Map<string, SensitiveParts | null>();
  const remember = (key: string, parts: SensitiveParts | null) => {
    if (told.has(key)) return;
    const oldest = told.size >= REMEMBERED_MAX ? told.keys().next().value : undefined;
    if (oldest !== undefined) told.delete(oldest);
    told.set(key, parts);
  };
  return {
    of({ sensitive, request: { method, target } }, reply) {
      if (sensitive !== undefined) return { parts: sensitive ?? undefined, sure: true };
      const path = pathOf(target);
      if (reply) {
        const header = headerOf(reply.headers, HEADER.sensitive);
        const parts = parseSensitiveHeader(header);
        remember(parts ? `${method} ${header}` : `${method} ${path}`, parts ?? null);
        return { parts, sure: true };
      }
      for (const [key, parts] of told) {
        if (parts && key.startsWith(`${method} `) && matchesPath(parts, path)) return { parts, sure: true };
      }
      return { parts: undefined, sure: told.has(`${method} ${path}`) };
    },
  };
}

function pathOf(target: string): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : target.slice(0, mark);
}
