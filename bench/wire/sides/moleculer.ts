import { ServiceBroker } from "moleculer";
import { freePort } from "../../support/free-port.ts";
import type { Quote } from "../quote.ts";
import type { OneCall, Side } from "../side.ts";

/** Its default is a little less than the largest payload takes. */
const PACKET_BYTES_MAX = 4 * 1_024 ** 2;

/** The TCP transporter and everything else as it comes; only its search by multicast is replaced by a list of nodes. */
function broker(nodeID: string, port: number, urls: string) {
  const options = { udpDiscovery: false, port, urls, useHostname: false, maxPacketSize: PACKET_BYTES_MAX };
  return new ServiceBroker({ nodeID, logger: false, transporter: { type: "TCP", options } });
}

export const side: Side = {
  async serve(work) {
    const port = await freePort();
    const nodeID = `quotes-${port}`;
    const provider = broker(nodeID, port, "");
    provider.createService({ name: "quotes", actions: { price: ({ params }) => work(params as Quote) } });
    await provider.start();
    return `127.0.0.1:${port}/${nodeID}`;
  },
  async open(addresses): Promise<OneCall> {
    const port = await freePort();
    const caller = broker(`caller-${port}`, port, addresses.join(","));
    await caller.start();
    await caller.waitForServices("quotes");
    return (quote) => caller.call<Quote, Quote>("quotes.price", quote);
  },
};
