import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.get("/call", async (context) => context.json(await (await fetch("http://stock.service/echo")).json()));
app.get("/slow", async (context) => {
  await sleep(400);
  return context.text("slow but whole");
});
app.post("/length", async (context) => context.text(String((await context.req.json()).text.length)));
serve({ fetch: app.fetch, port: Number(process.env.PORT) });
