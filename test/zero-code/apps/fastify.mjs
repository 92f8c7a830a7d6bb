import { setTimeout as sleep } from "node:timers/promises";
import { fastify } from "fastify";
import { request } from "undici";

const app = fastify();
app.get("/call", async () => {
  const { body } = await request("http://stock.service/echo");
  return body.json();
});
app.get("/slow", async () => {
  await sleep(400);
  return "slow but whole";
});
app.post("/length", async ({ body }) => String(body.text.length));
await app.listen({ port: Number(process.env.PORT) });
