import * as v from "valibot";
import { expect, it } from "vitest";
import { codecOf } from "./codec.ts";
import { contract } from "./contract.ts";
import { post } from "./operation.ts";
import { withoutSensitive } from "./sensitive.ts";

const SECRET = "4111-1111";
// valibot quotes what it refuses
const Card = v.object({ cards: v.array(v.object({ number: v.number() })), name: v.number() });
const { pay } = contract("payments", {
  pay: post("/pay", { body: Card, returns: Card, sensitive: ["body.cards.number", "returns.cards"] }),
}).operations;
const wrong = { cards: [{ number: SECRET }], name: "Ada" };

it("quotes no sensitive value of a request, and still says where it was", async () => {
  const request = { method: "POST", target: "/pay", headers: { "content-type": "application/json" }, body: undefined };
  const decoded = await codecOf(pay).decodeRequest(request, {}, Buffer.from(JSON.stringify(wrong)));
  const error = decoded.ok ? undefined : decoded.error;
  expect(JSON.stringify([error?.message, error?.details])).not.toContain(SECRET);
  expect(error?.details).toMatchObject({
    issues: [{ path: "body.cards.0.number" }, { path: "body.name", message: expect.stringContaining("Ada") }],
  });
});

it("quotes no sensitive value of a reply, on either side", async () => {
  const codec = codecOf(pay);
  const reply = { status: 200, headers: { "content-type": "application/json" }, body: undefined };
  for (const made of [
    await codec.encodeReply(wrong),
    await codec.decodeReply(reply, Buffer.from(JSON.stringify(wrong))),
  ]) {
    const error = made.ok ? undefined : made.error;
    expect(error?.code).toBe("REPLY_INVALID");
    expect(JSON.stringify([error?.message, error?.details])).not.toContain(SECRET);
  }
});

it("hides what holds a sensitive value as well, and nothing beside it", () => {
  const issues = ["body", "body.card", "body.card.number", "body.cards", "body.cardholder"].map((path) => ({
    path,
    message: path,
  }));
  const shown = withoutSensitive(issues, ["body.card.number"]).filter(({ path, message }) => path === message);
  expect(shown.map(({ path }) => path)).toEqual(["body.cards", "body.cardholder"]);
});
