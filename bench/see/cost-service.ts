// A contract service whose CPU time its parent asks for.
import { contract, post, serve } from "shoal";
import { z } from "zod";
import { answerCpu } from "./cost-child.ts";

const Quote = z.object({ id: z.string(), cents: z.number(), notes: z.array(z.string()) });

const quotes = contract("quotes", {
  price: post("/quotes/:id/price", { params: z.object({ id: z.string() }), body: Quote, returns: Quote }),
});

const { address } = await serve(quotes, { price: ({ body }) => body }).listen({ port: 0 });
answerCpu(address);
