import { Button } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useFaults } from "../api/faults.ts";
import type { FaultStatus } from "../api/types.ts";
import { endFaults } from "../ui/end-fault.ts";
import { faultWords } from "../ui/fault-words.ts";
import classes from "./fault-banner.module.css";

/** Named one by one up to this many. */
const NAMED_MAX = 3;

/** Above the page while faults are injected: who sees slow or failing calls shall know why, and can end it. */
export function FaultBanner() {
  const faults = useFaults();
  if (faults.length === 0) return null;
  return (
    <section className={classes["banner"]} aria-label="Faults injected on purpose">
      <IconBolt size={16} aria-hidden className={classes["icon"]} />
      <div className={classes["faults"]}>
        {faults.length > NAMED_MAX ? (
          <span>
            {faults.length} faults are injected on purpose, into calls to {namesOf(faults)}.
          </span>
        ) : (
          faults.map((fault) => <Line key={fault.id} fault={fault} isOnly={faults.length === 1} />)
        )}
      </div>
      <Button size="compact-xs" variant="default" onClick={() => void endFaults(faults)}>
        {faults.length === 1 ? "End it" : "End all"}
      </Button>
    </section>
  );
}

function Line({ fault, isOnly }: { readonly fault: FaultStatus; readonly isOnly: boolean }) {
  return (
    <span className={classes["line"]}>
      <span>
        Injected on purpose into calls to <strong>{fault.service}</strong>: {faultWords(fault)}
      </span>
      {!isOnly && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={`End the fault of ${fault.service}: ${faultWords(fault)}`}
          onClick={() => void endFaults([fault])}
        >
          End it
        </Button>
      )}
    </span>
  );
}

function namesOf(faults: readonly FaultStatus[]): string {
  const names = [...new Set(faults.map(({ service }) => service))];
  const more = names.length - NAMED_MAX;
  return more > 0 ? `${names.slice(0, NAMED_MAX).join(", ")} and ${more} more` : names.join(", ");
}
