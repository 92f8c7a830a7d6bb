// An app with a page for its operators beside the service itself.
import { createServer } from "node:http";

createServer((_request, response) => response.end("operators")).listen(0, () => {
  createServer((_request, response) => response.end("customers")).listen(process.env.PORT);
});
