import { serve, use } from "shoal";
import { compliance } from "../contracts/compliance.ts";
import { documents } from "../contracts/documents.ts";
import { rates } from "../contracts/rates.ts";
import { screen } from "../lib/compliance-rules.ts";
import { instead } from "../lib/instead.ts";
import { convert, parseRate } from "../lib/rate.ts";

export default serve(compliance, () => {
  const market = use(rates);
  const archive = use(documents);
  return {
    async screen({ body: { payer, studentId, amount, documents: ids } }) {
      const { documentUnknown } = compliance.errors;
      const [{ rate }, ...shown] = await Promise.all([
        market.getRate({ params: { from: amount.currency, to: "EUR" } }),
        ...ids.map((id) => instead(archive.getDocument({ params: { id } }), { documentUnknown })),
      ]);
      // Somebody else's invoice proves nothing.
      const kinds = shown.filter((document) => document.studentId === studentId).map(({ kind }) => kind);
      return screen({ payer, amount: convert(amount, parseRate(rate), "EUR", "up"), documents: kinds });
    },
  };
});
