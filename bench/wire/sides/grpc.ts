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
import type { Quote } from "../quote.ts";
import type { OneCall, Side } from "../side.ts";

const definition = loadPackageDefinition(loadSync(join(import.meta.dirname, "../quotes.proto"), { defaults: true }));
const Quotes = (definition["bench"] as GrpcObject)["Quotes"] as ServiceClientConstructor;

export const side: Side = {
  serve(work) {
    const server = new Server();
    const price = ({ request }: ServerUnaryCall<Quote, Quote>, callback: sendUnaryData<Quote>) => {
      const done = work(request);
      if (!(done instanceof Promise)) callback(null, done);
      else done.then((reply) => callback(null, reply), callback);
    };
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
