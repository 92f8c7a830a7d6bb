import { contract, get } from "shoal";
import { z } from "zod";

/** B, which asks C when it has taken its time. */
export const middle = contract("middle", { work: get("/work", { returns: z.object({}) }) });

/** C, the end of the chain. */
export const end = contract("end", { work: get("/work", { returns: z.object({}) }) });
