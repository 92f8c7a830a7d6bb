// An app that does its work in a child process, which serves something of its own.
import { fork } from "node:child_process";
import { createServer } from "node:http";

if (process.argv[2] === "child") {
  createServer((_request, response) => response.end("child")).listen(0, () => process.send("up"));
} else {
  const child = fork(import.meta.filename, ["child"]);
  child.on("message", () => {
    createServer((_request, response) => response.end(`parent of ${child.pid}`)).listen(process.env.PORT);
  });
}
