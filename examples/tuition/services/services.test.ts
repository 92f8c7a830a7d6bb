import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { follow, type Listening, openApiOf, use } from "shoal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "../contracts/audit.ts";
import { documents } from "../contracts/documents.ts";
import { edge, publicReceiptLink, publicSchoolLink, trackingLink } from "../contracts/edge.ts";
import { ledger } from "../contracts/ledger.ts";
import { notifications } from "../contracts/notifications.ts";
import { payments } from "../contracts/payments.ts";
import { quoteLink, quotes } from "../contracts/quotes.ts";
import { rates } from "../contracts/rates.ts";
import { receipts } from "../contracts/receipts.ts";
import { schools } from "../contracts/schools.ts";
import { students } from "../contracts/students.ts";
import { CURRENCIES } from "../lib/currency.ts";
import { openSmallRegistry, type SmallRegistry } from "../testing/small-registry.ts";

/** All services but the driver, in this process, on sockets of their own. */
const SERVICES = [
  "schools",
  "students",
  "rates",
  "documents",
  "compliance",
  "quotes",
  "ledger",
  "payments",
  "notifications",
  "receipts",
  "audit",
  "edge",
];

let registry: SmallRegistry;
const listening: Listening[] = [];
const stateFolder = mkdtempSync(join(tmpdir(), "tuition-"));

beforeAll(async () => {
  registry = await openSmallRegistry();
  process.env["SHOAL_CONTROL"] = registry.url;
  process.env["SHOAL_STATE"] = stateFolder;
  const served = await Promise.all(SERVICES.map((name) => import(`./${name}.ts`)));
  for (const { default: service } of served) listening.push(await service.listen({ port: 0 }));
});

afterAll(async () => {
  await Promise.all(listening.map((each) => each.close()));
  await registry[Symbol.asyncDispose]();
  rmSync(stateFolder, { recursive: true, force: true });
});

const ada = { name: "Ada Lovelace", email: "ada@mail.example", country: "IN" };
const oxford = { schoolId: "ox-ac-uk", target: { currency: "GBP", minor: 500_000 }, currency: "INR" };

/** A student with a quote, ready to pay. */
async function readyToPay(invoice: typeof oxford & { validSeconds?: number } = oxford) {
  const api = use(edge);
  const [{ id: studentId }, quote] = await Promise.all([api.enrol({ body: ada }), api.quote({ body: invoice })]);
  return { api, quote, order: { quoteId: quote.id, studentId, payer: ada.name } };
}

/** Banks take their time: asks until it is so. */
async function until<Answer>(what: string, ask: () => Promise<Answer | false | undefined>): Promise<Answer> {
  for (let left = 200; left > 0; left -= 1) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(50);
  }
  throw new Error(`never: ${what}`);
}

function ended(id: string) {
  return until(`${id} ends`, async () => {
    const seen = await use(edge).track({ params: { id } });
    return seen.final && seen;
  });
}

describe("schools", () => {
  it("knows 500 universities of over 40 countries, in currencies that have a rate", async () => {
    const { total } = await use(schools).findSchools({ query: {} });
    expect(total).toBe(500);
    const { currencies } = await use(rates).listCurrencies();
    expect(currencies.map(({ code }) => code)).toEqual(CURRENCIES);
  });

  it("finds them by words of the name, whatever the accents, by country and by currency", async () => {
    const find = async (
      query: Parameters<ReturnType<typeof use<typeof schools.operations>>["findSchools"]>[0]["query"],
    ) => (await use(schools).findSchools({ query })).schools.map(({ id }) => id);
    expect(await find({ name: "oxford university" })).toEqual(["ox-ac-uk"]);
    expect(await find({ name: "cordoba" })).toEqual(["unc-edu-ar"]);
    expect(await find({ country: "KW", currency: "KWD", limit: 100 })).toContain("ku-edu-kw");
    expect(await find({ country: "KW", currency: "EUR" })).toEqual([]);
  });
});

describe("rates", () => {
  it("between two currencies come from the day's rates of the euro", async () => {
    const { rate, date } = await use(rates).getRate({ params: { from: "EUR", to: "USD" } });
    expect(Number(rate)).toBeGreaterThan(0.5);
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
    const back = await use(rates).getRate({ params: { from: "USD", to: "EUR" } });
    expect(Number(rate) * Number(back.rate)).toBeCloseTo(1, 9);
  });

  it("are refused for a currency nobody deals in", async () => {
    await expect(use(rates).getRate({ params: { from: "EUR", to: "XXX" } })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
  });
});

describe("quotes", () => {
  it("hold a price, and can be read again by their id", async () => {
    const quote = await use(quotes).createQuote({ body: oxford });
    expect(quote.target).toEqual(oxford.target);
    expect(quote.total).toEqual({ currency: "INR", minor: quote.source.minor + quote.fee.minor });
    expect(await use(quotes).getQuote({ params: { id: quote.id } })).toEqual(quote);
    expect(await follow(quoteLink, quoteLink.to({ params: { id: quote.id } }))).toEqual(quote);
  });

  it.each([
    [{ ...oxford, schoolId: "hogwarts" }, "schoolUnknown"],
    [{ ...oxford, target: { currency: "EUR", minor: 1 } }, "currencyMismatch"],
    [{ ...oxford, target: { currency: "GBP", minor: Number.MAX_SAFE_INTEGER } }, "amountTooLarge"],
    [{ ...oxford, target: { currency: "GBP", minor: -1 } }, "REQUEST_INVALID"],
    [{ ...oxford, target: { currency: "GBP", minor: 0.5 } }, "REQUEST_INVALID"],
    [{ ...oxford, currency: "XXX" }, "REQUEST_INVALID"],
  ])("are refused for %o", async (body, code) => {
    await expect(use(quotes).createQuote({ body })).rejects.toMatchObject({ code });
  });

  it("of somebody else's making are unknown", async () => {
    const { id } = await use(quotes).createQuote({ body: oxford });
    const forged = `${id.slice(0, 10)}${id[10] === "A" ? "B" : "A"}${id.slice(11)}`;
    await expect(use(quotes).getQuote({ params: { id: forged } })).rejects.toSatisfy(quotes.errors.quoteUnknown.is);
  });
});

describe("the ledger service", () => {
  const entry = (reference: string, minor = 100) => ({
    reference,
    memo: "test",
    postings: [
      { account: "bank:CHF", minor: 100 },
      { account: "fees:CHF", minor: -minor },
    ],
  });

  it("answers 422 with the difference when an entry does not balance", async () => {
    const posted = use(ledger).postEntry({ body: entry("out-of-balance", 99) });
    await expect(posted).rejects.toMatchObject({ code: "unbalanced", status: 422, details: { net: { CHF: "1" } } });
  });

  it("gives an entry again for its reference, and 409 for another under it", async () => {
    const first = await use(ledger).postEntry({ body: entry("same") });
    expect(await use(ledger).postEntry({ body: entry("same") })).toEqual(first);
    expect(await use(ledger).getEntry({ params: { reference: "same" } })).toEqual(first);
    const other = use(ledger).postEntry({ body: { ...entry("same"), memo: "other" } });
    await expect(other).rejects.toMatchObject({ code: "referenceTaken", status: 409 });
  });

  it("refuses accounts it does not know", async () => {
    const body = {
      ...entry("x"),
      postings: [
        { account: "till:CHF", minor: 1 },
        { account: "bank:CHF", minor: -1 },
      ],
    };
    await expect(use(ledger).postEntry({ body })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  });
});

describe("a payment", () => {
  it("reaches the school, to the cent, with a receipt, messages and its entries", async () => {
    const { api, quote, order } = await readyToPay();
    const paid = await api.pay({ body: order });
    expect(paid.state).toBe("screened");
    const last = await ended(paid.id);
    expect(last.history.map(({ state }) => state)).toEqual(["created", "screened", "funded", "converted", "paidOut"]);
    const receipt = await follow(publicReceiptLink, last.receipt);
    expect(receipt.text).toContain("The school received   GBP 5,000.00");
    expect(receipt.text).toContain("University of Oxford");
    expect(await follow(publicSchoolLink, quote.school)).toMatchObject({ id: "ox-ac-uk" });
    expect((await use(receipts).getReceipt({ params: { id: paid.id } })).received).toEqual(oxford.target);
    const payOut = await use(ledger).getEntry({ params: { reference: `${paid.id}:payOut` } });
    expect(payOut.postings).toContainEqual({ account: "bank:GBP", minor: -500_000 });
    const mail = await until("both messages are sent", async () => {
      const sent = await use(notifications).listNotifications({ query: { paymentId: paid.id } });
      return sent.notifications.length === 2 && sent.notifications;
    });
    expect(mail.map(({ to, subject }) => `${to}: ${subject}`).toSorted()).toEqual([
      "ada@mail.example: We are waiting for your money",
      "ada@mail.example: Your tuition is paid",
    ]);
  });

  it("can be watched on its way, through two services", async () => {
    const { api, order } = await readyToPay();
    const { id } = await api.pay({ body: order });
    const states: string[] = [];
    for await (const { state } of await api.watch({ params: { id } })) states.push(state);
    expect(states).toEqual((await api.track({ params: { id } })).history.map(({ state }) => state));
    expect(states.at(-1)).toBe("paidOut");
  });

  it("is one for one quote, however often and however much at once it is paid", async () => {
    const { api, order } = await readyToPay();
    const many = await Promise.all(Array.from({ length: 8 }, () => api.pay({ body: order })));
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
    expect((await follow(trackingLink, many[0]?.tracking ?? fail())).id).toBe(many[0]?.id);
    await expect(api.pay({ body: { ...order, payer: "Somebody Else" } })).rejects.toMatchObject({ code: "quoteTaken" });
  });

  it("of an expired quote is refused, unless it was paid in time", async () => {
    const { api, quote, order } = await readyToPay({ ...oxford, validSeconds: 1 });
    const late = await readyToPay({ ...oxford, validSeconds: 1 });
    const paid = await api.pay({ body: order });
    await until("both quotes expire", async () => Date.now() > Date.parse(late.quote.expiresAt));
    expect((await api.pay({ body: order })).id).toBe(paid.id);
    const refused = api.pay({ body: late.order });
    await expect(refused).rejects.toMatchObject({
      code: "quoteExpired",
      status: 410,
      details: { expiredAt: late.quote.expiresAt },
    });
    expect(quote.id).not.toBe(late.quote.id);
  });

  it("of a sanctioned payer is refused and recorded, without a word about the rule", async () => {
    const { api, order } = await readyToPay();
    const body = { ...order, payer: "VANTABLACK, Mordecai" };
    const error = await api.pay({ body }).catch((thrown: unknown) => thrown);
    if (!edge.errors.payerRefused.is(error)) throw error;
    expect(JSON.stringify(error)).not.toContain("sanction");
    const recorded = await use(payments).getPayment({ params: { id: error.details.payment } });
    expect(recorded.state).toBe("rejected");
    await expect(api.pay({ body })).rejects.toMatchObject({ code: "payerRefused", details: { payment: recorded.id } });
  });

  it("of a large amount needs an invoice of the same student", async () => {
    const { api, quote, order } = await readyToPay({ ...oxford, target: { currency: "GBP", minor: 2_000_000 } });
    expect(quote.documents).toEqual(["invoice"]);
    await expect(api.pay({ body: order })).rejects.toMatchObject({
      code: "documentsRequired",
      details: { documents: ["invoice"] },
    });
    const invoice = { kind: "invoice", fileName: "invoice.pdf", amount: quote.target } as const;
    const { id: stranger } = await api.enrol({ body: { ...ada, name: "Grace Hopper" } });
    const theirs = await api.upload({ body: { ...invoice, studentId: stranger } });
    await expect(api.pay({ body: { ...order, documents: [theirs.id] } })).rejects.toMatchObject({
      code: "documentsRequired",
    });
    const own = await api.upload({ body: { ...invoice, studentId: order.studentId } });
    expect((await api.pay({ body: { ...order, documents: [own.id] } })).state).toBe("screened");
    await expect(api.pay({ body: { ...order, documents: ["doc_none"] } })).resolves.toMatchObject({
      state: expect.any(String),
    });
  });

  it("can be cancelled before the conversion, and not after", async () => {
    const { api, order } = await readyToPay();
    const paid = await api.pay({ body: order });
    await api.cancel({ params: { id: paid.id } });
    const last = await ended(paid.id);
    expect(["cancelled", "refunded"]).toContain(last.state);
    await expect(api.getReceipt({ params: { id: paid.id } })).rejects.toMatchObject({
      code: "notPaidOut",
      status: 409,
    });

    const second = await readyToPay();
    const done = await ended((await api.pay({ body: second.order })).id);
    await expect(api.cancel({ params: { id: done.id } })).rejects.toMatchObject({
      code: "tooLate",
      details: { state: "paidOut" },
    });
  });

  it.each([
    [{ quoteId: "nonsense" }, "quoteUnknown"],
    [{ studentId: "stu_none" }, "studentUnknown"],
    [{ documents: ["doc_none"] }, "documentUnknown"],
  ])("with %o is refused", async (wrong, code) => {
    const { api, order } = await readyToPay();
    await expect(api.pay({ body: { ...order, ...wrong } })).rejects.toMatchObject({ code, status: 404 });
  });

  it("that does not exist is unknown everywhere", async () => {
    const params = { id: "pay_000000000000000000000000" };
    const { track, watch, cancel } = use(edge);
    const calls = [track({ params }), watch({ params }), cancel({ params }), use(receipts).getReceipt({ params })];
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: "paymentUnknown", status: 404 })));
  });
});

describe("the audit service", () => {
  it("follows every payment, and finds the one entry of these tests that belongs to none", async () => {
    const { api, order } = await readyToPay();
    await ended((await api.pay({ body: order })).id);
    const { lastEntry } = await use(ledger).getTrialBalance();
    const report = await until("the audit has caught up", async () => {
      const seen = await use(audit).getAudit();
      return seen.entries >= lastEntry && seen.unfinished === 0 && seen.problems.length > 0 && seen;
    });
    expect(report.problems.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(["orphan-entry same"]);
    expect(report).toMatchObject({ balanced: false, unreachable: null });
    expect(report.payments).toBeGreaterThan(3);
  });
});

describe("students and documents", () => {
  it("are known by id, and unknown otherwise", async () => {
    const student = await use(students).enrol({ body: ada });
    expect(await use(students).getStudent({ params: { id: student.id } })).toEqual(student);
    await expect(use(students).getStudent({ params: { id: "none" } })).rejects.toMatchObject({
      code: "studentUnknown",
    });
    await expect(use(documents).getDocument({ params: { id: "none" } })).rejects.toMatchObject({
      code: "documentUnknown",
    });
    const invoice = {
      kind: "invoice",
      studentId: "none",
      fileName: "x.pdf",
      amount: { currency: "EUR", minor: 1 },
    } as const;
    await expect(use(documents).upload({ body: invoice })).rejects.toMatchObject({ code: "studentUnknown" });
  });
});

describe("the contracts", () => {
  it.each(SERVICES)("%s has a document with every operation", async (name) => {
    const { default: served } = await import(`./${name}.ts`);
    const paths = openApiOf(served.contract, "test")["paths"] as Record<string, Record<string, unknown>>;
    const ids = Object.values(paths).flatMap((path) => Object.keys(path));
    expect(ids).toHaveLength(Object.keys(served.contract.operations).length);
  });
});

function fail(): never {
  throw new Error("there is no payment");
}
