import "reflect-metadata";
import { Controller, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from "@nestjs/microservices";
import { lastValueFrom } from "rxjs";
import { decorateMethod, decorateParameter } from "../../support/decorate.ts";
import { freePort } from "../../support/free-port.ts";
import type { Quote } from "../quote.ts";
import type { OneCall, Side, Work } from "../side.ts";

/** Nest makes its controllers itself: what they do is handed to them here. */
let work: Work = () => Promise.reject(new Error("there is nothing to do"));

class QuotesController {
  price(quote: Quote): Quote | Promise<Quote> {
    return work(quote);
  }
}
decorateMethod(QuotesController, "price", MessagePattern("price"));
decorateParameter(QuotesController, "price", 0, Payload());
Controller()(QuotesController);

class AppModule {}
Module({ controllers: [QuotesController] })(AppModule);

const host = "127.0.0.1";

export const side: Side = {
  async serve(given) {
    work = given;
    const port = await freePort();
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
      transport: Transport.TCP,
      options: { host, port },
      logger: false,
    });
    await app.listen();
    return String(port);
  },
  async open([address = ""]): Promise<OneCall> {
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port: Number(address) } });
    await client.connect();
    return (quote) => lastValueFrom(client.send<Quote, Quote>("price", quote));
  },
};
