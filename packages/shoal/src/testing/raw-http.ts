import { connect, type Socket } from "node:net";

/** A connection on which a test writes what no HTTP client would. */
export interface RawConnection {
  readonly socket: Socket;
  /** All that has arrived so far. */
  readonly received: () => string;
  /** Resolves once what has arrived matches. Rejects when the connection ends before. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** Resolves with all that has arrived when the connection has ended, however it ended. */
  readonly ended: Promise<string>;
}

/** Connects to a port of this machine and sends `text`. */
export function rawHttp(port: number, text = ""): RawConnection {
  const socket = connect({ port, host: "127.0.0.1" });
  let received = "";
  let over = false;
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watcher of watchers) watcher();
  };
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    received += String(chunk);
    notify();
  });
  socket.on("error", () => {}); // a reset is an end like another
  const ended = new Promise<string>((resolve) => {
    socket.on("close", () => {
      over = true;
      notify();
      resolve(received);
    });
  });
  if (text !== "") socket.write(text);
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (pattern.test(received)) resolve(received);
        else if (over) reject(new Error(`the connection ended with: ${received}`));
        else return;
        watchers.delete(look);
      };
      watchers.add(look);
      look();
    });
  return { socket, received: () => received, until, ended };
}
