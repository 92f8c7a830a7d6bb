import { fleet, node } from "shoal/fleet";

/** Services that keep nothing run twice: either instance may die, restart or be replaced and no call fails. */
const twice = { instances: 2 };

export default fleet(
  "tuition",
  {
    // What the world sees.
    edge: node("services/edge.ts"),

    // From a price to a payment.
    quotes: node("services/quotes.ts", twice),
    payments: node("services/payments.ts"),
    ledger: node("services/ledger.ts"),
    receipts: node("services/receipts.ts"),

    // What they need to know.
    schools: node("services/schools.ts", twice),
    students: node("services/students.ts"),
    rates: node("services/rates.ts", twice),
    documents: node("services/documents.ts"),
    compliance: node("services/compliance.ts"),
    notifications: node("services/notifications.ts"),

    // Is every cent accounted for? `shoal call audit.getAudit`
    audit: node("services/audit.ts"),

    // Lifelike traffic: RATE requests a second, 20 by default.
    driver: node("services/driver.ts"),
  },
  {
    // Most services keep books or files and so run once: whoever asks while they restart had better wait than fail.
    // The driver is a crowd of customers in one process: it may have more under way than one service asks of another.
    policies: { "*": { waitForInstanceMs: 5_000 }, edge: { waitersMax: 256, attemptMs: 8_000 } },
  },
);
