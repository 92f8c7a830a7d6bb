import { join } from "node:path";
import {
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { priced, type Quote } from "../quote.ts";
import type { OneCall, Side } from "../side.ts";

const definition = loadPackageDefinition(loadSync(join(import.meta.dirname, "../quotes.proto"), { defaults: true }));
const Quotes = (definition["bench"] as GrpcObject)["Quotes"] as ServiceClientConstructor;

function price({ request }: ServerUnaryCall<Quote, Quote>, callback: sendUnaryData<Quote>): void {
  callback(null, priced(request));
}

export const side: Side = {
  serve() {
    const server = new Server();
    server.addService(Quotes.service, { price });
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(`127.0.0.1:${port}`);
      });
    });
  },
  open([address = ""]): Promise<OneCall> {
    const client = new Quotes(address, credentials.createInsecure());
    const method = (client as unknown as Record<string, (quote: Quote, done: sendUnaryData<Quote>) => void>)["price"];
    if (!method) throw new Error("the service has no method price");
    const call: OneCall = (quote) =>
      new Promise((resolve, reject) => {
        method.call(client, quote, (error, reply) => (error || !reply ? reject(error) : resolve(reply)));
      });
    return Promise.resolve(call);
  },
};
