import { z } from "zod";
import { parseJson } from "../../core/json.ts";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";

const service = z.string().optional();

const Message = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("listening"), address: z.url({ protocol: /^https?$/ }), service }),
  z.object({ kind: z.literal("ready"), service }),
  z.object({ kind: z.literal("modules"), files: z.array(z.string()) }),
  z.object({ kind: z.literal("failed"), message: z.string(), service }),
  z.object({ kind: z.literal("crashing"), message: z.string(), service }),
  z.object({ kind: z.literal("blocked"), message: z.string(), service }),
  z.object({ kind: z.literal("unblocked"), message: z.string() }),
]);

/** A line of file descriptor 3; undefined for what is none of ours: a program may use the descriptor for its own ends. */
export function parseSupervisorMessage(line: string): SupervisorMessage | undefined {
  try {
    return Message.safeParse(parseJson(line)).data;
  } catch {
    return undefined;
  }
}
