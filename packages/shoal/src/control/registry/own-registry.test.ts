import { expect, it } from "vitest";
import type { Snapshot } from "../../discovery/instance.ts";
import { sampleFault } from "../../testing/sample-fault.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { ownRegistry } from "./own-registry.ts";

function told(options?: { readonly faults: boolean }): readonly Snapshot[] {
  const snapshots: Snapshot[] = [];
  const snapshot = () => ({
    revision: 1,
    instances: [sampleInstance("quotes-1")],
    services: ["quotes"],
    faults: [sampleFault()],
  });
  const registry = ownRegistry({ snapshot, onChanged: () => () => {} }, "local", options);
  registry.watch({ onSnapshot: (next) => void snapshots.push(next), onStale() {} }).add("quotes");
  return snapshots;
}

it("tells the control plane's clients of faults, but for those that are to ask in peace", () => {
  expect(told()).toMatchObject([{ watched: ["quotes"], faults: [sampleFault()] }]);
  expect(told({ faults: false })[0]).not.toHaveProperty("faults");
});
