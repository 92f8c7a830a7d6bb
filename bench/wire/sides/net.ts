import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Quote } from "../quote.ts";
import type { OneCall, Side } from "../side.ts";

const LENGTH_BYTES = 4;

/** JSON behind its length, one call at a time on one socket: what is left when everything else is taken away. */
function frames(socket: Socket, onQuote: (quote: Quote) => void): (quote: Quote) => void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("data", (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + pending.readUInt32BE(0);
      if (pending.length < end) return;
      const quote = JSON.parse(pending.toString("utf8", LENGTH_BYTES, end)) as Quote;
      pending = pending.subarray(end);
      onQuote(quote);
    }
  });
  return (quote) => {
    const json = JSON.stringify(quote);
    const bytes = Buffer.byteLength(json);
    const frame = Buffer.allocUnsafe(LENGTH_BYTES + bytes);
    frame.writeUInt32BE(bytes, 0);
    frame.write(json, LENGTH_BYTES);
    socket.write(frame);
  };
}

export const side: Side = {
  async serve(work) {
    const server = createServer((socket) => {
      const send = frames(socket, (quote) => {
        const done = work(quote);
        if (done instanceof Promise) void done.then(send);
        else send(done);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return String((server.address() as AddressInfo).port);
  },
  async open([address = ""]): Promise<OneCall> {
    const socket = connect(Number(address), "127.0.0.1");
    await once(socket, "connect");
    const waiting: ((quote: Quote) => void)[] = [];
    const send = frames(socket, (quote) => waiting.shift()?.(quote));
    return (quote) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        send(quote);
      });
  },
};
