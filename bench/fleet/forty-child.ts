// A caller of many services, each found through the registry.
import { contract, get, use } from "shoal";
import { z } from "zod";
import { answerParent } from "../support/children.ts";
import { closedLoad } from "../support/load.ts";

const consumers = process.argv.slice(2).map((name) =>
  use(
    contract(name, {
      greet: get("/greetings/:name", {
        params: z.object({ name: z.string() }),
        returns: z.object({ greeting: z.string() }),
      }),
    }),
    { waitForInstanceMs: 5_000 },
  ),
);
let next = 0;
let callers = 0;

answerParent({}, (question: { readonly inFlight: number; readonly ms: number }) =>
  closedLoad(async () => {
    // A stride that meets all of them, and none twice in a row.
    callers += 1;
    next = (next + 17) % consumers.length;
    // Another name each time: identical calls at once would be one.
    const name = `caller ${callers}`;
    const reply = await consumers[next]?.greet({ params: { name } });
    if (reply?.greeting !== `hello ${name}`) throw new Error("answered wrongly");
  }, question),
);
