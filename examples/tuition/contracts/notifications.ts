import { contract, get, post } from "shoal";
import { z } from "zod";
import { PaymentId, PaymentState } from "./payments.ts";

const NewNotification = z.object({
  paymentId: PaymentId,
  state: PaymentState,
  studentId: z.string().max(100),
});

export const Notification = NewNotification.extend({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  sentAt: z.iso.datetime(),
});

/** What we tell people. */
export const notifications = contract("notifications", {
  notify: post("/notifications", {
    body: NewNotification,
    returns: Notification,
    errors: { studentUnknown: 404 },
    idempotent: true,
    status: 201,
    sensitive: ["returns.to"],
    summary: "Tell a student where a payment is; once for each state",
  }),
  listNotifications: get("/notifications", {
    query: z.object({ paymentId: PaymentId.optional(), limit: z.int().min(1).max(100).default(20) }),
    returns: z.object({ notifications: z.array(Notification), total: z.int() }),
    sensitive: ["returns.notifications.to"],
    summary: "What was sent, newest first",
  }),
});
