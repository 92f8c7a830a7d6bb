// A bare node:http app that knows nothing of Shoal.
import { createServer } from "node:http";

createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/echo") {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ from: process.env.SHOAL_INSTANCE, headers: request.headers, url: request.url }));
  } else {
    response.statusCode = 404;
    response.end("nothing here");
  }
}).listen(process.env.PORT);
