import { contract, get, post } from "shoal";
import { z } from "zod";

/** The service at the end of the calls: a read that may be repeated, and an order that may not. */
export const leaf = contract("leaf", {
  work: get("/work", { returns: z.object({}) }),
  order: post("/orders", { body: z.object({ id: z.string() }), returns: z.object({}) }),
});
