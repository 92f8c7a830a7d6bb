import "reflect-metadata";
import { Body, Controller, HttpCode, Module, Post, ValidationPipe } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { IsArray, IsInt, IsString } from "class-validator";
import { decorateField, decorateMethod, decorateParameter } from "../../support/decorate.ts";
import { priced, type Quote } from "../../wire/quote.ts";
import type { HttpServer } from "../levels.ts";

class QuoteDto implements Quote {
  declare id: string;
  declare from: string;
  declare to: string;
  declare cents: number;
  declare notes: string[];
}
for (const name of ["id", "from", "to"]) decorateField(QuoteDto, name, IsString());
decorateField(QuoteDto, "cents", IsInt());
decorateField(QuoteDto, "notes", IsArray(), IsString({ each: true }));

class QuotesController {
  price(quote: QuoteDto): Quote {
    return priced(quote);
  }
}
Reflect.defineMetadata("design:paramtypes", [QuoteDto], QuotesController.prototype, "price");
decorateMethod(QuotesController, "price", Post("quotes"), HttpCode(200));
decorateParameter(QuotesController, "price", 0, Body());
Controller()(QuotesController);

class AppModule {}
Module({ controllers: [QuotesController] })(AppModule);

/** On Express, its default. Validation is its ValidationPipe, with class-validator. */
export const server: HttpServer = {
  async serve(level) {
    const app = await NestFactory.create(AppModule, { logger: false });
    if (level !== "bare") app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
    await app.listen(0, "127.0.0.1");
    return app.getUrl();
  },
};
