import type { EntryDraft } from "./ledger-entry.ts";
import { advance, begin, type Payment, retryLater } from "./payment.ts";
import { entryOf } from "./payment-entries.ts";
import type { News, PaymentStore } from "./payment-store.ts";

/** What the runner needs of the world. */
export interface RunnerPorts {
  readonly store: PaymentStore;
  /** Resolves when the ledger has the entry, also when it had it before. */
  readonly post: (entry: EntryDraft) => Promise<unknown>;
  /** Resolves when the student has been told, also when they had been before. */
  readonly tell: (news: News) => Promise<unknown>;
  readonly nowMs: () => number;
  readonly failed: (what: string, error: unknown) => void;
}

export interface PaymentRunner {
  /** Takes up what is due, as far as there is room; returns at once. */
  readonly tick: () => void;
  /** Settles when all that was taken up is done or has failed. */
  readonly idle: () => Promise<void>;
}

/** Payments in hand at once, and messages: each has room of its own, so that mail in trouble stops no money. */
const IN_HAND_MAX = 16;
/** A message that cannot be delivered is given up, and said so, after as many attempts: about a quarter of an hour. */
const NEWS_ATTEMPTS_MAX = 30;
const NEWS_PAUSE_MS_MAX = 30_000;

/**
 * Moves payments on, one step at a time. A step is written down, then posted to the ledger under a reference of its
 * own, then the new state is written down: whatever dies in between, doing it again changes nothing that was done.
 */
export function createPaymentRunner(ports: RunnerPorts): PaymentRunner {
  const { store, nowMs } = ports;
  const moving = createHand(ports.failed);
  const telling = createHand(ports.failed);

  const move = async (due: Payment) => {
    const begun = begin(due);
    if (!begun) return;
    const { doing } = begun;
    if (due.doing === null) store.save(begun, nowMs());
    try {
      if (doing !== "cancel") await ports.post(entryOf(begun, doing));
    } catch (error) {
      ports.failed(`${doing} of ${due.id}`, error);
      store.save(retryLater(latest(begun), nowMs()), nowMs());
      return;
    }
    store.save(advance(latest(begun), doing, nowMs()), nowMs());
  };
  /** The payer may have asked to cancel meanwhile. */
  const latest = (payment: Payment) => store.get(payment.id) ?? payment;

  const deliver = async (news: News) => {
    try {
      await ports.tell(news);
      store.dropNews(news);
    } catch (error) {
      const last = news.attempts + 1 >= NEWS_ATTEMPTS_MAX;
      ports.failed(`${last ? "giving up " : ""}the message that ${news.paymentId} is ${news.state}`, error);
      if (last) return store.dropNews(news);
      store.postponeNews(news, nowMs() + Math.min(NEWS_PAUSE_MS_MAX, 500 * 2 ** Math.min(news.attempts, 10)));
    }
  };

  return {
    tick() {
      for (const payment of store.due(nowMs(), IN_HAND_MAX)) moving.take(payment.id, () => move(payment));
      for (const news of store.dueNews(nowMs(), IN_HAND_MAX)) {
        telling.take(`${news.paymentId}:${news.state}`, () => deliver(news));
      }
    },
    async idle() {
      await Promise.all([moving.idle(), telling.idle()]);
    },
  };
}

/** A bounded number of tasks at once, one for each key; what does not fit is left for the next tick. */
function createHand(failed: RunnerPorts["failed"]) {
  const inHand = new Map<string, Promise<void>>();
  return {
    take(key: string, task: () => Promise<void>) {
      if (inHand.has(key) || inHand.size >= IN_HAND_MAX) return;
      const done = task()
        .catch((error: unknown) => failed(key, error))
        .finally(() => inHand.delete(key));
      inHand.set(key, done);
    },
    async idle() {
      while (inHand.size > 0) await Promise.all(inHand.values());
    },
  };
}
