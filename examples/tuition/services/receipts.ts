import { follow, serve, use } from "shoal";
import { entryLink } from "../contracts/ledger.ts";
import { paymentLink, payments } from "../contracts/payments.ts";
import { receipts } from "../contracts/receipts.ts";
import { schoolLink } from "../contracts/schools.ts";
import { studentLink } from "../contracts/students.ts";
import { instead } from "../lib/instead.ts";
import { referenceOf } from "../lib/payment-entries.ts";
import { receiptText } from "../lib/receipt.ts";

/** Keeps nothing: a receipt follows from the payment and from what it links to. */
export default serve(receipts, () => {
  const desk = use(payments);
  return {
    async getReceipt({ params }) {
      const { paymentUnknown } = receipts.errors;
      const payment = await instead(desk.getPayment({ params }), { paymentUnknown });
      const paidOut = payment.history.find(({ state }) => state === "paidOut");
      if (!paidOut) throw receipts.errors.notPaidOut({ state: payment.state });
      const [school, student] = await Promise.all([
        follow(schoolLink, payment.school),
        follow(studentLink, payment.student),
      ]);
      const facts = {
        number: `R-${payment.id.slice(4, 16).toUpperCase()}`,
        paidOutAt: paidOut.at,
        payer: payment.payer,
        student: student.name,
        schoolName: school.name,
        paid: payment.total,
        fee: payment.fee,
        rate: payment.rate,
        received: payment.target,
      };
      const entry = entryLink.to({ params: { reference: referenceOf(payment.id, "payOut") } });
      const self = paymentLink.to({ params: { id: payment.id } });
      return { ...facts, text: receiptText(facts), payment: self, school: payment.school, entry };
    },
  };
});
