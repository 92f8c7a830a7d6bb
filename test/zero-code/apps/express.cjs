// An Express app in CommonJS.
const express = require("express");

const app = express();
app.use(express.json());
app.get("/call", async (_request, response) => {
  const reply = await fetch("http://stock.service/echo");
  response.json(await reply.json());
});
app.get("/slow", (_request, response) => void setTimeout(() => response.send("slow but whole"), 400));
app.post("/length", (request, response) => void response.send(String(request.body.text.length)));
app.listen(process.env.PORT);
