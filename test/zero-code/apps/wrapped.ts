import { createServer } from "node:http";
import { wrap } from "shoal";

const server = createServer((_request, response) => {
  response.statusCode = 404;
  response.end("nothing here");
});
wrap(server, { service: "wrapped" });
server.listen(0);
