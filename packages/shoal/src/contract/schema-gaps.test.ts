import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { expect, it } from "vitest";
import { z } from "zod";
import { contract } from "./contract.ts";
import { get } from "./operation.ts";
import { schemaGapsOf } from "./schema-gaps.ts";

it("finds the parts that arrive as text and will stay text", () => {
  const plain = v.object({ id: v.string() });
  const prices = contract("prices", {
    getPrice: get("/prices/:id", { params: plain, query: v.object({ n: v.optional(v.number()) }), returns: plain }),
    wrapped: get("/wrapped/:id", { params: toStandardJsonSchema(plain) }),
    zod: get("/zod/:id", { params: z.object({ id: z.string() }) }),
    arktype: get("/arktype/:id", { params: type({ id: "string" }) }),
  });
  expect(schemaGapsOf(prices)).toEqual(["getPrice.params", "getPrice.query"]);
});
