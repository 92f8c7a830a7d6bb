// The public face of the shop. Express; the names of the other services are all it knows about them.
import express from "express";

const ORDERS = new Map([
  ["1001", { customer: "Ada", lines: [{ sku: "umbrella", quantity: 1 }] }],
  [
    "1002",
    {
      customer: "Grace",
      lines: [
        { sku: "boots", quantity: 2 },
        { sku: "umbrella", quantity: 1 },
      ],
    },
  ],
]);

const app = express();

app.get("/orders", (_request, response) => {
  response.json([...ORDERS.keys()]);
});

app.get("/orders/:id", async (request, response) => {
  const order = ORDERS.get(request.params.id);
  if (!order) return response.status(404).json({ error: "no such order" });
  const lines = await Promise.all(order.lines.map(priced));
  const totalCents = lines.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
  return response.json({ id: request.params.id, customer: order.customer, lines, totalCents });
});

app.get("/terms", async (_request, response) => {
  const reply = await fetch("http://pages.service/terms.txt");
  response.type("text/plain").send(await reply.text());
});

async function priced({ sku, quantity }) {
  const reply = await fetch(`http://catalog.service/products/${sku}`);
  if (!reply.ok) throw new Error(`catalog answered ${reply.status}`);
  return { ...(await reply.json()), quantity };
}

app.listen(process.env.PORT ?? 3000);
