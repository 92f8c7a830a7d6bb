// A bare node:http app. Like the others here it knows nothing of Shoal.
import { createServer, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

function call(url) {
  return new Promise((resolve, reject) => {
    get(url, (incoming) => {
      let text = "";
      incoming.on("data", (piece) => (text += piece));
      incoming.on("end", () => resolve(text));
    }).on("error", reject);
  });
}

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/echo") {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ from: process.env.SHOAL_INSTANCE, headers: request.headers }));
  } else if (pathname === "/call") {
    response.end(await call("http://stock.service/echo"));
  } else if (pathname === "/slow") {
    await sleep(400);
    response.end("slow but whole");
  } else if (pathname === "/length") {
    let length = 0;
    request.on("data", (piece) => (length += piece.length));
    request.on("end", () => response.end(String(length)));
  } else {
    response.statusCode = 404;
    response.end("nothing here");
  }
});
server.listen(process.env.PORT);
