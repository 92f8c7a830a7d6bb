import { notifications } from "@mantine/notifications";
import { ApiError } from "../api/api-error.ts";
import { control } from "../api/control.ts";
import type { FaultStatus } from "../api/types.ts";

const BY = "dashboard";

/** Ends faults before their time. One that has ended meanwhile is as good. */
export async function endFaults(faults: readonly FaultStatus[]): Promise<void> {
  for (const { id, service } of faults) {
    try {
      await control.removeFault({ params: { id }, query: { by: BY } });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) continue;
      const message = error instanceof Error ? error.message : String(error);
      notifications.show({ title: `The fault of ${service} was not ended`, message, color: "red" });
    }
  }
}
