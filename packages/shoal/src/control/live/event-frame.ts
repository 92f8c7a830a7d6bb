/** A server-sent event. JSON has no line break in it, so one data line is enough. */
export function eventOf(name: string, json: string): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${json}\n\n`);
}
