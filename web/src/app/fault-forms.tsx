import { lazy, Suspense, useSyncExternalStore } from "react";
import { faultRequested, requestFault, watchFaultRequest } from "../ui/fault-request.ts";

/** Its fields are more than most people ever need. */
const FaultDialog = lazy(() =>
  import("../ui/fault-dialog.tsx").then(({ FaultDialog: component }) => ({ default: component })),
);

/** The form of a fault, when somebody wants one. One for the whole page. */
export function FaultForms() {
  const service = useSyncExternalStore(watchFaultRequest, faultRequested);
  if (service === undefined) return null;
  return (
    <Suspense>
      <FaultDialog service={service} onClose={() => requestFault(undefined)} />
    </Suspense>
  );
}
