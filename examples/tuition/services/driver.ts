import { serve, use } from "shoal";
import { driver } from "../contracts/driver.ts";
import { edge } from "../contracts/edge.ts";
import { createTraffic } from "../lib/traffic.ts";

const RATE_DEFAULT = 20;

/** Plays customers through the public API, and counts what comes back. */
export default serve(driver, ({ signal }) => {
  const rate = Number(process.env["RATE"] || RATE_DEFAULT);
  if (!(rate >= 0 && rate <= 1_000)) {
    throw new RangeError(`RATE must be requests a second, 0 to 1000, got "${process.env["RATE"]}"`);
  }
  const traffic = createTraffic(use(edge), rate, signal);
  void traffic.start();
  return {
    getStats: () => ({ rate: traffic.rate(), ...traffic.stats.totals(), scenariosRunning: traffic.running() }),
    setRate({ body }) {
      traffic.setRate(body.rate);
      return { rate: body.rate };
    },
  };
});
