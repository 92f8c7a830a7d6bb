// Counts what arrives, and can be told to break off a connection before it answers.
import { createServer } from "node:http";

const arrivals = {};
createServer((request, response) => {
  if (request.url === "/arrivals") return response.end(JSON.stringify(arrivals));
  arrivals[request.method] = (arrivals[request.method] ?? 0) + 1;
  if (request.url === "/breaks-off") return request.socket.destroy();
  if (request.url === "/compressed") {
    response.setHeader("content-encoding", "gzip");
    return response.end(process.getBuiltinModule("node:zlib").gzipSync("small"));
  }
  if (request.url === "/moved") return response.writeHead(302, { location: "/echo" }).end();
  if (request.url === "/stream") {
    response.write("a".repeat(200_000));
    return setTimeout(() => response.end("b".repeat(200_000)), 50);
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ from: process.env.SHOAL_INSTANCE, headers: request.headers }));
}).listen(process.env.PORT);
