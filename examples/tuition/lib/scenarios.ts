import { type Consumer, follow, isShoalError, type Random } from "shoal";
import { type edge, publicReceiptLink, trackingLink } from "../contracts/edge.ts";
import { DOCUMENT_THRESHOLDS, SANCTIONED_NAMES } from "./compliance-rules.ts";
import { major } from "./money.ts";
import { type Person, pick, somebody } from "./people.ts";

export interface KnownSchool {
  readonly id: string;
  readonly currency: string;
}

export interface KnownStudent extends Person {
  readonly id: string;
}

/** What a scenario works with. */
export interface Stage {
  readonly edge: Consumer<(typeof edge)["operations"]>;
  readonly random: Random;
  /** Waits until the next request may be sent, sends it, and counts it. */
  readonly request: Request;
  readonly pause: (ms: number) => Promise<void>;
  readonly school: () => KnownSchool;
  /** About what a euro buys, so that an invoice of 5 000 euros is one of 900 000 yen. */
  readonly perEuro: (currency: string) => number;
  readonly student: () => KnownStudent;
  readonly learnStudent: (student: KnownStudent) => void;
  /** How a payment ended. */
  readonly ended: (state: string) => void;
  /** Something that was answered as a success and is wrong all the same. */
  readonly wrong: (what: string) => void;
}

/**
 * @param refusals Codes that the scenario provokes; any other error is a failure.
 * @returns The reply, or undefined when it was refused or failed: then the scenario ends.
 */
export type Request = <Reply>(call: () => Promise<Reply>, refusals?: readonly string[]) => Promise<Reply | undefined>;

export type Scenario = (stage: Stage) => Promise<void>;

/** About 3 000 to 9 000 euros: below the first threshold, so no document is asked for. */
const USUAL = [3_000, 9_000] as const;
const TRACKS_MAX = 20;

async function browse({ edge, request, random }: Stage): Promise<void> {
  const country = pick(["GB", "US", "DE", "JP", "NL", "KW"], random);
  await request(() => edge.findSchools({ query: { country, limit: 10 } }));
}

async function enrol({ edge, request, random, learnStudent }: Stage): Promise<void> {
  const { currency, ...person } = somebody(random);
  const enrolled = await request(() => edge.enrol({ body: person }));
  if (enrolled) learnStudent({ ...person, ...enrolled, currency });
}

/** Only looks at the price. */
async function askPrice(stage: Stage): Promise<void> {
  await quote(stage, stage.student(), amountOf(stage, USUAL));
}

/** The usual case, followed to its end by the links of each reply. */
async function payTuition(stage: Stage): Promise<void> {
  const student = stage.student();
  const quoted = await quote(stage, student, amountOf(stage, USUAL));
  if (quoted) await payAndTrack(stage, { quoteId: quoted.id, studentId: student.id, payer: student.name });
}

/** The first answer was lost, or so the payer thinks. */
async function payTwice(stage: Stage): Promise<void> {
  const student = stage.student();
  const quoted = await quote(stage, student, amountOf(stage, USUAL));
  if (!quoted) return;
  const order = { quoteId: quoted.id, studentId: student.id, payer: student.name };
  const first = await stage.request(() => stage.edge.pay({ body: order }));
  const second = await stage.request(() => stage.edge.pay({ body: order }));
  if (first && second && first.id !== second.id)
    stage.wrong(`one quote became two payments, ${first.id} and ${second.id}`);
}

/** Over the first threshold: refused without an invoice, then paid with one. */
async function payMuch(stage: Stage): Promise<void> {
  const { edge, request } = stage;
  const student = stage.student();
  const quoted = await quote(stage, student, amountOf(stage, [15_000, 40_000]));
  if (!quoted) return;
  const order = { quoteId: quoted.id, studentId: student.id, payer: student.name };
  if (await request(() => edge.pay({ body: order }), ["documentsRequired"])) {
    return stage.wrong(`${DOCUMENT_THRESHOLDS.invoice} cents or more were taken without an invoice`);
  }
  const invoice = { kind: "invoice", studentId: student.id, fileName: "invoice.pdf", amount: quoted.target } as const;
  const shown = await request(() => edge.upload({ body: invoice }));
  if (shown) await payAndTrack(stage, { ...order, documents: [shown.id] });
}

/** Pays, and thinks better of it. */
async function changeMind(stage: Stage): Promise<void> {
  const student = stage.student();
  const quoted = await quote(stage, student, amountOf(stage, USUAL));
  if (!quoted) return;
  const order = { quoteId: quoted.id, studentId: student.id, payer: student.name };
  const paid = await stage.request(() => stage.edge.pay({ body: order }));
  if (!paid) return;
  await stage.pause(stage.random() * 1_500);
  await stage.request(() => stage.edge.cancel({ params: { id: paid.id } }), ["tooLate"]);
  await trackToEnd(stage, paid.tracking);
}

async function wrongSchool({ edge, request, student, random }: Stage): Promise<void> {
  const schoolId = `no-such-school-${Math.floor(random() * 1_000)}`;
  const { currency } = student();
  await request(() => edge.quote({ body: { schoolId, target: major("EUR", 5_000), currency } }), ["schoolUnknown"]);
}

async function tooLate(stage: Stage): Promise<void> {
  const { edge, request } = stage;
  const student = stage.student();
  const quoted = await quote(stage, student, amountOf(stage, USUAL), 1);
  if (!quoted) return;
  await stage.pause(1_200);
  const order = { quoteId: quoted.id, studentId: student.id, payer: student.name };
  await request(() => edge.pay({ body: order }), ["quoteExpired"]);
}

async function sanctioned(stage: Stage): Promise<void> {
  const { edge, request, random } = stage;
  const student = stage.student();
  const quoted = await quote(stage, student, amountOf(stage, USUAL));
  if (!quoted) return;
  const order = { quoteId: quoted.id, studentId: student.id, payer: pick(SANCTIONED_NAMES, random).toUpperCase() };
  if (await request(() => edge.pay({ body: order }), ["payerRefused"]))
    stage.wrong("a sanctioned payer was let through");
}

async function nonsense({ edge, request, school, student }: Stage): Promise<void> {
  const { id, currency } = school();
  const body = { schoolId: id, target: { currency, minor: -1 }, currency: student().currency };
  await request(() => edge.quote({ body }), ["REQUEST_INVALID"]);
}

/** Each with its share of the traffic. */
const SCENARIOS: readonly (readonly [share: number, scenario: Scenario])[] = [
  [20, browse],
  [5, enrol],
  [15, askPrice],
  [30, payTuition],
  [6, payTwice],
  [8, payMuch],
  [6, changeMind],
  [3, wrongSchool],
  [3, tooLate],
  [2, sanctioned],
  [2, nonsense],
];

/** One of them, by share. */
export function pickScenario(random: Random): Scenario {
  let left = random() * SCENARIOS.reduce((sum, [share]) => sum + share, 0);
  for (const [share, scenario] of SCENARIOS) {
    left -= share;
    if (left < 0) return scenario;
  }
  return payTuition;
}

function amountOf({ random, school, perEuro }: Stage, [low, high]: readonly [number, number]) {
  const { id, currency } = school();
  const euros = low + random() * (high - low);
  return { schoolId: id, target: major(currency, Math.round(euros * perEuro(currency))) };
}

type Invoice = ReturnType<typeof amountOf>;

function quote({ edge, request }: Stage, { currency }: Person, invoice: Invoice, validSeconds = 1_800) {
  return request(() => edge.quote({ body: { ...invoice, currency, validSeconds } }));
}

type Order = Parameters<Stage["edge"]["pay"]>[0]["body"];
type TrackingUrl = Parameters<typeof follow<(typeof trackingLink)["operation"]["spec"]>>[1];

async function payAndTrack(stage: Stage, order: Order): Promise<void> {
  const paid = await stage.request(() => stage.edge.pay({ body: order }));
  if (!paid) return;
  const last = await trackToEnd(stage, paid.tracking);
  if (last?.state === "paidOut") await stage.request(() => follow(publicReceiptLink, last.receipt));
}

/** Asks now and then until nothing changes any more. */
async function trackToEnd({ request, pause, ended, wrong }: Stage, tracking: TrackingUrl) {
  for (let ask = 1; ask <= TRACKS_MAX; ask += 1) {
    await pause(Math.min(3_000, 700 * ask));
    const seen = await request(() => follow(trackingLink, tracking));
    if (!seen) return undefined;
    if (seen.final) {
      ended(seen.state);
      return seen;
    }
  }
  wrong(`a payment is still on its way: ${tracking}`);
  return undefined;
}

/** The code of an error, whatever it is. */
export function codeOf(error: unknown): string {
  return isShoalError(error) ? error.code : "NOT_A_SHOAL_ERROR";
}
