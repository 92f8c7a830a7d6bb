import { type ConsumerReply, follow, serve, use } from "shoal";
import { documents } from "../contracts/documents.ts";
import { edge, publicReceiptLink, publicSchoolLink, trackingLink } from "../contracts/edge.ts";
import { payments } from "../contracts/payments.ts";
import { quotes } from "../contracts/quotes.ts";
import { rates } from "../contracts/rates.ts";
import { receipts } from "../contracts/receipts.ts";
import { schoolLink, schools } from "../contracts/schools.ts";
import { students } from "../contracts/students.ts";
import { documentsFor } from "../lib/compliance-rules.ts";
import { instead } from "../lib/instead.ts";
import { formatMoney } from "../lib/money.ts";
import { isFinal } from "../lib/payment-machine.ts";
import { convert, parseRate } from "../lib/rate.ts";

/** The public API: puts together what the services inside know, and says no more than the world may hear. */
export default serve(edge, () => {
  const schoolBook = use(schools);
  const register = use(students);
  const archive = use(documents);
  const market = use(rates);
  const quoteDesk = use(quotes);
  const paymentDesk = use(payments);
  const receiptDesk = use(receipts);
  const { errors } = edge;

  return {
    findSchools: ({ query }) => schoolBook.findSchools({ query }),
    getSchool: ({ params }) => instead(schoolBook.getSchool({ params }), { schoolUnknown: errors.schoolUnknown }),
    enrol: ({ body }) => register.enrol({ body }),
    upload: ({ body }) => instead(archive.upload({ body }), { studentUnknown: errors.studentUnknown }),
    async quote({ body }) {
      const { schoolUnknown, currencyMismatch, amountTooLarge } = errors;
      const made = instead(quoteDesk.createQuote({ body }), { schoolUnknown, currencyMismatch, amountTooLarge });
      const { schoolId, school, ...quote } = await made;
      const [{ name }, { rate }] = await Promise.all([
        follow(schoolLink, school),
        market.getRate({ params: { from: quote.total.currency, to: "EUR" } }),
      ]);
      const needed = documentsFor(convert(quote.total, parseRate(rate), "EUR", "up"));
      return {
        ...quote,
        schoolName: name,
        documents: needed,
        text: `${formatMoney(quote.total)} so that ${name} gets ${formatMoney(quote.target)}`,
        school: publicSchoolLink.to({ params: { id: schoolId } }),
      };
    },
    async pay({ body }) {
      const { quoteUnknown, quoteExpired, quoteTaken, studentUnknown } = errors;
      const { documentUnknown, documentsRequired, payerRefused } = errors;
      const refusals = { quoteUnknown, quoteExpired, quoteTaken, studentUnknown, documentUnknown, documentsRequired };
      const { id, state, total } = await instead(paymentDesk.pay({ body }), { ...refusals, payerRefused });
      return { id, state, total, tracking: trackingLink.to({ params: { id } }) };
    },
    async track({ params }) {
      const { paymentUnknown } = errors;
      return tracking(await instead(paymentDesk.getPayment({ params }), { paymentUnknown }));
    },
    async *watch({ params }) {
      const { paymentUnknown } = errors;
      yield* await instead(paymentDesk.watchPayment({ params }), { paymentUnknown });
    },
    async cancel({ params }) {
      const { paymentUnknown, tooLate } = errors;
      return tracking(await instead(paymentDesk.cancel({ params }), { paymentUnknown, tooLate }));
    },
    getReceipt({ params }) {
      const { paymentUnknown, notPaidOut } = errors;
      return instead(receiptDesk.getReceipt({ params }), { paymentUnknown, notPaidOut });
    },
  };
});

type InnerPayment = ConsumerReply<typeof payments.operations.getPayment.spec>;

function tracking({ id, state, total, target, history, schoolId }: InnerPayment) {
  return {
    id,
    state,
    final: isFinal(state),
    total,
    target,
    history,
    school: publicSchoolLink.to({ params: { id: schoolId } }),
    receipt: publicReceiptLink.to({ params: { id } }),
  };
}
