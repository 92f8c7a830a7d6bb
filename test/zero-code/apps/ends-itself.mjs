// An app with its own way to end, as its author wrote it.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  if (request.url === "/slow") setTimeout(() => response.end("slow but whole"), 400);
  else response.end("fine");
});
server.listen(process.env.PORT);
process.on("SIGTERM", () => {
  console.log("SIGTERM heard");
  server.close((error) => {
    console.log(error ? `close failed: ${error.message}` : "closed");
    process.exit(7);
  });
});
