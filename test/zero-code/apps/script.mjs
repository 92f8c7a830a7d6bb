// Runs the code it is given, as an argument or line by line on standard input, and prints what it returns.
import { createInterface } from "node:readline";

async function run(code) {
  const evaluate = new Function("load", `return (async () => { ${code} })()`);
  return JSON.stringify(await evaluate((name) => import(name)));
}

if (process.argv[2]) console.log(await run(process.argv[2]));
else for await (const line of createInterface({ input: process.stdin })) console.log(await run(JSON.parse(line)));
