// What clients call: bare TCP that answers each request with the same bytes, so that the client is what is waited for.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { answerParent } from "../support/children.ts";
import { priced, quoteOf } from "../wire/quote.ts";

const HEAD_END = "\r\n\r\n";
const body = JSON.stringify(priced(quoteOf(100)));
const reply = Buffer.from(
  ["HTTP/1.1 200 OK", "content-type: application/json", `content-length: ${body.length}`, "", body].join("\r\n"),
);

const server = createServer((socket) => {
  let received: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = received.toString("latin1", 0, headEnd);
    const bodyStart = headEnd + HEAD_END.length;
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    const arrived =
      length === undefined
        ? head.startsWith("GET") || received.includes(`\r\n0${HEAD_END}`, bodyStart - 2)
        : received.length >= bodyStart + Number(length);
    if (!arrived) return;
    received = Buffer.alloc(0);
    socket.write(reply);
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
answerParent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => null);
