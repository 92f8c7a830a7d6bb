// The server: tells where it listens, then its CPU time each time it is asked.
import { answerParent, cpuUsOfProcess } from "../support/children.ts";
import type { HttpServer, Level } from "./levels.ts";

const [name, level] = process.argv.slice(2) as [string, Level];
const sinkUrl = process.env["BENCH_SINK"];
if (level === "observed" && name !== "shoal" && sinkUrl) (await import("./open-telemetry.ts")).observe(sinkUrl);
const { server } = (await import(`./servers/${name}.ts`)) as { readonly server: HttpServer };
answerParent(await server.serve(level), cpuUsOfProcess);
