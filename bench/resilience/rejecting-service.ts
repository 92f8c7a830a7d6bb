// A service at its limit: one request holds its only place for ever, and every other is refused.
import { contract, post, serve } from "shoal";
import { z } from "zod";
import { answerCpu } from "../see/cost-child.ts";

const busy = contract("busy", { work: post("/work", { body: z.object({ text: z.string() }), returns: z.object({}) }) });

const service = serve(
  busy,
  { work: () => new Promise(() => {}) },
  {
    concurrencyMax: 1,
    waitersMax: 0,
    handlerMs: 600_000,
  },
);
const { address } = await service.listen({ port: 0 });
answerCpu(address);
