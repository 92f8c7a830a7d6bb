import { CloseButton, Group, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import type { Resilience } from "../../api/types.ts";
import { formatAgo } from "../../format/time.ts";
import { Message } from "../../ui/message.tsx";
import { useEachSecond } from "../../ui/moment.tsx";
import { AdmissionPart } from "./admission-part.tsx";
import { EdgeCharts } from "./edge-charts.tsx";
import { EdgeFacts } from "./edge-facts.tsx";
import { EdgeLinks } from "./edge-links.tsx";
import { Way } from "./edge-table.tsx";
import { EjectedPart } from "./ejected-part.tsx";
import { LevelTag } from "./level-tag.tsx";
import { PolicyPart } from "./policy-part.tsx";
import classes from "./resilience.module.css";
import type { ResilienceRow } from "./resilience-rows.ts";
import { useResilienceSearch } from "./use-resilience-search.ts";

interface EdgePanelProps {
  readonly caller: string;
  readonly callee: string;
  /** Undefined when nothing of it is known any more. */
  readonly row: ResilienceRow | undefined;
  readonly defaults: Resilience["policyDefaults"];
}

/** All about one way between two services, beside the table. */
export function EdgePanel({ caller, callee, row, defaults }: EdgePanelProps) {
  const { change } = useResilienceSearch();
  const close = () => change({ from: undefined, to: undefined });
  useHotkeys([["Escape", close]]);
  return (
    <aside className={classes["panel"]} aria-label="Details">
      <div className={classes["panelHead"]}>
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} className={classes["panelTitle"] ?? ""}>
            <Way caller={caller} callee={callee} />
          </Title>
          <CloseButton onClick={close} aria-label="Close the details" />
        </Group>
        <EdgeLinks caller={caller} callee={callee} />
      </div>
      <div className={classes["panelBody"]}>
        {row ? (
          <Parts row={row} defaults={defaults} />
        ) : (
          <Message
            kind="empty"
            title="Nothing is known of it"
            hint="In the last 10 minutes nobody has reported such calls."
          />
        )}
      </div>
    </aside>
  );
}

function Parts({ row, defaults }: { readonly row: ResilienceRow; readonly defaults: Resilience["policyDefaults"] }) {
  const { edge, service, problems, caller, callee } = row;
  return (
    <>
      {problems.length > 0 && (
        <ul className={classes["problemList"]} aria-label="What is wrong">
          {problems.map(({ kind, level, text }) => (
            <li key={kind + text}>
              <LevelTag level={level} /> {text}
            </li>
          ))}
        </ul>
      )}
      {edge && edge.reporters === 0 && <Silent heardMs={edge.heardMs} caller={caller} />}
      {edge && <EdgeFacts edge={edge} />}
      {edge && edge.ejected.length > 0 && <EjectedPart edge={edge} />}
      {edge && <EdgeCharts caller={caller} callee={callee} />}
      {service && <AdmissionPart service={service} />}
      {edge && <PolicyPart policy={edge.policy} defaults={defaults} />}
    </>
  );
}

function Silent({ heardMs, caller }: { readonly heardMs: number; readonly caller: string }) {
  const ago = useEachSecond((nowMs) => formatAgo(heardMs, nowMs));
  return (
    <p className={classes["note"]}>
      {caller} last reported {ago}: it has called nobody since, or has ended. Only its history is shown.
    </p>
  );
}
