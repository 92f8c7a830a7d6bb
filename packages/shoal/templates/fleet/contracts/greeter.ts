import { contract, get } from "shoal";
import { z } from "zod";

/** What the greeter promises. Services that call it import this file, and nothing of its code. */
export const greeter = contract("greeter", {
  greet: get("/greetings/:name", {
    summary: "Greet somebody by name",
    params: z.object({ name: z.string().min(1).max(100) }),
    returns: z.object({ greeting: z.string() }),
    errors: { unwelcome: 403 },
  }),
});
