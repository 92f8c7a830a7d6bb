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
import { priced, type Quote } from "../quote.ts";
import type { OneCall, Side } from "../side.ts";

class QuotesController {
  price(quote: Quote): Quote {
    return priced(quote);
  }
}
decorateMethod(QuotesController, "price", MessagePattern("price"));
decorateParameter(QuotesController, "price", 0, Payload());
Controller()(QuotesController);

class AppModule {}
Module({ controllers: [QuotesController] })(AppModule);

const host = "127.0.0.1";

export const side: Side = {
  async serve() {
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
