import type { Socket } from "node:net";
import type { HttpReply } from "../core/message.ts";
import { writeHttpReply } from "./http-message.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const { IncomingMessage, ServerResponse } = process.getBuiltinModule("node:http");

/**
 * Has node:http write a reply on a connection that it does not serve: one whose body streams, in chunks and no faster than they
 * are read, or with headers that say what becomes of the connection. Resolves when it is out or the caller has gone. Rejects
 * when a header cannot be sent, with nothing written yet, or when the body fails, with the connection cut: once the headers
 * are out, that is the only way left to say that the reply is not whole.
 */
export async function replyByNode(reply: HttpReply, method: string, socket: Socket): Promise<void> {
  const incoming = new IncomingMessage(socket);
  Object.assign(incoming, { method, httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1 });
  const outgoing = new ServerResponse(incoming);
  const closed = new Promise<void>((resolve) => void outgoing.once("close", resolve));
  // what the server of node:http does for its own replies
  const onDrain = () => void outgoing.emit("drain");
  const release = () => {
    socket.off("drain", onDrain);
    outgoing.detachSocket(socket);
  };
  outgoing.assignSocket(socket);
  socket.on("drain", onDrain);
  outgoing.once("finish", () => {
    release();
    process.nextTick(() => outgoing.emit("close"));
  });
  try {
    await writeHttpReply(reply, outgoing);
    await closed;
  } catch (cause) {
    if (!outgoing.headersSent) release();
    if (outgoing.errored || !socket.destroyed) throw cause;
  }
}
