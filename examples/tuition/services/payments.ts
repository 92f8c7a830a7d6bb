import { serve, use } from "shoal";
import { compliance } from "../contracts/compliance.ts";
import { ledger } from "../contracts/ledger.ts";
import { notifications } from "../contracts/notifications.ts";
import { payments } from "../contracts/payments.ts";
import { quoteLink, quotes } from "../contracts/quotes.ts";
import { schoolLink } from "../contracts/schools.ts";
import { studentLink, students } from "../contracts/students.ts";
import { ON_DISK } from "../lib/database.ts";
import { every } from "../lib/every.ts";
import { instead } from "../lib/instead.ts";
import { newPayment, type Payment, paymentIdOf } from "../lib/payment.ts";
import { canCancel } from "../lib/payment-machine.ts";
import { createPaymentRunner } from "../lib/payment-runner.ts";
import { stepsOf } from "../lib/payment-steps.ts";
import { openPaymentStore } from "../lib/payment-store.ts";

const TICK_MS = 50;

export default serve(
  payments,
  ({ signal, onClose, log }) => {
    const store = openPaymentStore();
    onClose(store.close);
    const report = (what: string, error: unknown) =>
      log.error(`${what} failed`, { error: error instanceof Error ? error.message : String(error) });
    const quoteDesk = use(quotes);
    const register = use(students);
    const screening = use(compliance);
    const books = use(ledger);
    const mail = use(notifications);

    const runner = createPaymentRunner({
      store,
      post: (entry) => books.postEntry({ body: { ...entry, postings: [...entry.postings] } }),
      tell: ({ paymentId, state, studentId }) => mail.notify({ body: { paymentId, state, studentId } }),
      nowMs: Date.now,
      failed: report,
    });
    every(TICK_MS, runner.tick, { signal, failed: (error) => report("a round of payments", error) });

    return {
      async pay({ body }) {
        const existing = store.get(paymentIdOf(body.quoteId));
        if (existing) return answer(existing, body);
        const { quoteUnknown, studentUnknown, documentUnknown } = payments.errors;
        const quote = await instead(quoteDesk.getQuote({ params: { id: body.quoteId } }), { quoteUnknown });
        if (Date.parse(quote.expiresAt) <= Date.now())
          throw payments.errors.quoteExpired({ expiredAt: quote.expiresAt });
        const { payer, studentId, documents } = body;
        const asked = { payer, studentId, documents, amount: quote.total };
        const [, decision] = await Promise.all([
          instead(register.getStudent({ params: { id: studentId } }), { studentUnknown }),
          instead(screening.screen({ body: asked }), { documentUnknown }),
        ]);
        if (decision.kind === "documentsRequired") {
          throw payments.errors.documentsRequired({ documents: decision.documents });
        }
        const { schoolId, target, source, fee, total, rate } = quote;
        const facts = { quoteId: quote.id, schoolId, studentId, payer, target, source, fee, total, rate };
        const nowMs = Date.now();
        return answer(store.add(newPayment(facts, decision.kind === "cleared", nowMs), nowMs), body);
      },
      getPayment({ params }) {
        return view(known(store.get(params.id), params.id));
      },
      watchPayment: ({ params }, { signal }) => stepsOf(() => known(store.get(params.id), params.id), signal),
      cancel({ params }) {
        const payment = known(store.get(params.id), params.id);
        if (payment.cancelRequested) return view(payment);
        if (!canCancel(payment.state, payment.doing ?? undefined))
          throw payments.errors.tooLate({ state: payment.state });
        const cancelled = { ...payment, cancelRequested: true };
        store.save(cancelled, Date.now());
        return view(cancelled);
      },
      listChanges({ query }) {
        const changes = store.changesAfter(query.after, query.limit);
        return {
          payments: changes.map(({ payment, change }) => ({ ...payment, change })),
          unfinished: store.unfinished(),
        };
      },
    };
  },
  ON_DISK,
);

/** A quote is paid once: whoever pays it again the same way gets the same payment, and nobody else does. */
function answer(payment: Payment, asked: { readonly payer: string; readonly studentId: string }) {
  if (payment.payer !== asked.payer || payment.studentId !== asked.studentId) throw payments.errors.quoteTaken();
  if (payment.state === "rejected") throw payments.errors.payerRefused({ payment: payment.id });
  return view(payment);
}

function known(payment: Payment | undefined, id: string): Payment {
  if (!payment) throw payments.errors.paymentUnknown({ id });
  return payment;
}

function view(payment: Payment) {
  return {
    ...payment,
    history: payment.history.map(({ state, atMs }) => ({ state, at: new Date(atMs).toISOString() })),
    quote: quoteLink.to({ params: { id: payment.quoteId } }),
    school: schoolLink.to({ params: { id: payment.schoolId } }),
    student: studentLink.to({ params: { id: payment.studentId } }),
  };
}
