// What the shop sells. Fastify; asks how much is in stock with plain node:http, as an older library would.
import { get } from "node:http";
import { fastify } from "fastify";

const PRODUCTS = {
  umbrella: { name: "Umbrella, black", priceCents: 1_900 },
  boots: { name: "Rubber boots", priceCents: 4_500 },
};

const app = fastify();

app.get("/products/:sku", async (request, reply) => {
  const { sku } = request.params;
  const product = Object.hasOwn(PRODUCTS, sku) ? PRODUCTS[sku] : undefined;
  if (!product) return reply.code(404).send({ error: "no such product" });
  return { sku, ...product, inStock: await inStock(sku) };
});

function inStock(sku) {
  return new Promise((resolve, reject) => {
    get(`http://stock.service/${sku}`, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (piece) => {
        text += piece;
      });
      incoming.on("end", () => resolve(Number(text)));
    }).on("error", reject);
  });
}

await app.listen({ port: Number(process.env.PORT ?? 3001) });
