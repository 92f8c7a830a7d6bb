// A Nest app; decorators are applied by hand, because Node runs them only after a compiler.
import "reflect-metadata";
import { setTimeout as sleep } from "node:timers/promises";
import { Body, Controller, Get, HttpCode, Module, Post } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

class AppController {
  async call() {
    return (await fetch("http://stock.service/echo")).json();
  }
  async slow() {
    await sleep(400);
    return "slow but whole";
  }
  length(body) {
    return String(body.text.length);
  }
}

function decorate(method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(AppController.prototype, method);
  for (const decorator of decorators) decorator(AppController.prototype, method, descriptor);
}

decorate("call", Get("call"));
decorate("slow", Get("slow"));
decorate("length", Post("length"), HttpCode(200));
Body()(AppController.prototype, "length", 0);
Controller()(AppController);
class AppModule {}
Module({ controllers: [AppController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
app.enableShutdownHooks();
await app.listen(process.env.PORT);
