import type { Duplex } from "node:stream";
import type { MuxSession } from "./session.ts";
import type { Wire } from "./wire.ts";

/** The wire of a socket. */
export function socketWire(socket: Duplex): Wire {
  return {
    write(bytes) {
      socket.write(bytes);
      return socket.writableLength === 0; // a socket that had room has copied it by now
    },
    writeAll(parts) {
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
      return socket.writableLength === 0;
    },
    bufferedBytes: () => socket.writableLength,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/**
 * Has a session hear what its socket says.
 * @param head What came behind the upgrade.
 */
export function listenTo(socket: Duplex, session: MuxSession, head: Buffer): void {
  socket.on("data", (chunk: Buffer) => session.receive(chunk));
  socket.on("drain", () => session.drained());
  socket.on("error", (cause) => session.lost(cause));
  socket.on("close", () => session.lost(new Error("the other side closed it")));
  socket.on("end", () => session.ended());
  if (head.length > 0) session.receive(head);
  socket.resume();
}
