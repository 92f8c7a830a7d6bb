import { serve, use } from "shoal";
import type { z } from "zod";
import { type Notification, notifications } from "../contracts/notifications.ts";
import { students } from "../contracts/students.ts";
import { instead } from "../lib/instead.ts";
import { openRecordStore } from "../lib/record-store.ts";

type Sent = z.infer<typeof Notification>;

const SUBJECTS: Readonly<Partial<Record<Sent["state"], string>>> = {
  screened: "We are waiting for your money",
  paidOut: "Your tuition is paid",
  refunded: "Your money is on its way back",
  cancelled: "Your payment is cancelled",
};

export default serve(notifications, () => {
  const outbox = openRecordStore<Sent>({ file: "notifications.db", rowsMax: 20_000 });
  const register = use(students);
  return {
    async notify({ body }) {
      // One message for each state of a payment, however often we are asked.
      const id = `${body.paymentId}:${body.state}`;
      const sent = outbox.get(id);
      if (sent) return sent;
      const { studentUnknown } = notifications.errors;
      const { email } = await instead(register.getStudent({ params: { id: body.studentId } }), { studentUnknown });
      const subject = SUBJECTS[body.state] ?? `Your payment is ${body.state}`;
      return outbox.add(id, { ...body, id, to: email, subject, sentAt: new Date().toISOString() });
    },
    listNotifications({ query }) {
      const prefix = query.paymentId === undefined ? "" : `${query.paymentId}:`;
      return { notifications: outbox.newest(query.limit, prefix), total: outbox.count() };
    },
  };
});
