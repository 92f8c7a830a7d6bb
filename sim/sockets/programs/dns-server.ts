// A name server that knows one name, all of whose addresses are on this machine.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { answerParent } from "../rig/answer-parent.ts";
import { wallMs } from "../rig/wall-clock.ts";

export interface DnsCommands {
  /** Answers with where it is asked, such as "127.0.0.1:5353". */
  readonly listen: (addresses: readonly string[], ttlSeconds: number) => Promise<string>;
  readonly queries: () => readonly DnsQuery[];
}

/** One lookup; what is sent again because no answer came is none. */
export interface DnsQuery {
  readonly name: string;
  /** 1 is A, 28 is AAAA. */
  readonly type: number;
  readonly atMs: number;
  readonly answeredMs: number;
}

/** Long enough for all calls of a cold start to come while the first lookup is in flight, in ms. */
const ANSWER_AFTER_MS = 400;
const TYPE_A = 1;
const HEADER_BYTES = 12;
/** A reply to a question that recursion was asked for, without an error. */
const FLAGS_ANSWER = 0x8180;
/** Instead of a name: that of the question, at byte 12. */
const POINTER_TO_QUESTION = 0xc00c;

let addresses: readonly string[] = [];
let ttlSeconds = 1;
const queries = new Map<string, DnsQuery>();

/** The reply to a question, as RFC 1035 has it; an empty list for every type but A. */
function replyTo(question: Buffer, type: number): Buffer {
  const answers = type === TYPE_A ? addresses.map(recordOf) : [];
  const header = Buffer.from(question.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(FLAGS_ANSWER, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, question.subarray(HEADER_BYTES, questionEnd(question)), ...answers]);
}

function recordOf(address: string): Buffer {
  const record = Buffer.alloc(12);
  record.writeUInt16BE(POINTER_TO_QUESTION, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4); // IN
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(4, 10);
  return Buffer.concat([record, Buffer.from(address.split(".").map(Number))]);
}

/** After the name, its type and its class; what follows are options, which we have none of. */
function questionEnd(question: Buffer): number {
  return question.indexOf(0, HEADER_BYTES) + 5;
}

answerParent<DnsCommands>({
  async listen(given, ttl) {
    addresses = given;
    ttlSeconds = ttl;
    const socket = createSocket("udp4");
    socket.on("message", (question, from) => {
      const end = questionEnd(question);
      const type = question.readUInt16BE(end - 4);
      const name = question.subarray(HEADER_BYTES, end - 5).toString("latin1");
      const key = `${question.readUInt16BE(0)} ${type}`; // each try comes from another port
      const query = { name, type, atMs: queries.get(key)?.atMs ?? wallMs(), answeredMs: Number.POSITIVE_INFINITY };
      queries.set(key, query);
      setTimeout(() => {
        queries.set(key, { ...query, answeredMs: wallMs() });
        socket.send(replyTo(question, type), from.port, from.address);
      }, ANSWER_AFTER_MS);
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return `127.0.0.1:${socket.address().port}`;
  },
  queries: () => [...queries.values()],
});
