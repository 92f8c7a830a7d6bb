// What protoc-gen-es 2.17 makes of quotes.proto, without its comments.
import type { Message } from "@bufbuild/protobuf";
import {
  fileDesc,
  type GenFile,
  type GenMessage,
  type GenService,
  messageDesc,
  serviceDesc,
} from "@bufbuild/protobuf/codegenv2";

export type Quote = Message<"bench.Quote"> & {
  id: string;
  from: string;
  to: string;
  cents: number;
  notes: string[];
};

const file: GenFile = fileDesc(
  "CgxxdW90ZXMucHJvdG8SBWJlbmNoIksKBVF1b3RlEgoKAmlkGAEgASgJEgwKBGZyb20YAiABKAkSCgoCdG8YAyABKAkSDQoFY2VudHMYBCABKAUSDQoFbm90ZXMYBSADKAkyLQoGUXVvdGVzEiMKBVByaWNlEgwuYmVuY2guUXVvdGUaDC5iZW5jaC5RdW90ZWIGcHJvdG8z",
);

export const QuoteSchema: GenMessage<Quote> = messageDesc(file, 0);

export const Quotes: GenService<{
  price: { methodKind: "unary"; input: typeof QuoteSchema; output: typeof QuoteSchema };
}> = serviceDesc(file, 0);
