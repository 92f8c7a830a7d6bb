// How many there are. Nothing but node:http.
import { createServer } from "node:http";

const STOCK = new Map([
  ["umbrella", 12],
  ["boots", 0],
]);

createServer((request, response) => {
  const count = STOCK.get(new URL(request.url, "http://stock").pathname.slice(1));
  response.statusCode = count === undefined ? 404 : 200;
  response.end(String(count ?? "no such product"));
}).listen(process.env.PORT ?? 3002);
