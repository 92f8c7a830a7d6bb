import type { FleetView } from "../api/fleet-view.ts";
import type { LiveTopic } from "../api/live-events.ts";
import type { ProblemCounts } from "../api/problem-counts.ts";
import type { InstanceStatus, ServiceStatus } from "../api/schemas/fleet.ts";
import { eventOf } from "./event-frame.ts";
import { createRowTable, type RowNews } from "./row-table.ts";

export type StateTopic = "fleet" | "map";

/** The fleet and its map as events: whole, and what changed. */
export interface LiveState {
  /** Looks again. The events for those who know what it was before; none when nothing changed. */
  readonly changes: (topic: StateTopic) => readonly Buffer[];
  /** The events for somebody who knows nothing yet, as of the last look. */
  readonly whole: (topic: LiveTopic) => readonly Buffer[];
}

export interface LiveStateParts {
  readonly view: FleetView;
  readonly problems: ProblemCounts;
}

export function createLiveState({ view, problems }: LiveStateParts): LiveState {
  const services = createRowTable<ServiceStatus>(({ service }) => service, rounded);
  const instances = createRowTable<InstanceStatus>(({ instance }) => instance);
  /** As they were last told, as JSON. */
  const told = { fleet: "", map: "" };

  const changedOne = (topic: StateTopic, json: string): Buffer[] => {
    if (told[topic] === json) return [];
    told[topic] = json;
    return [eventOf(topic, json)];
  };
  return {
    changes(topic) {
      if (topic === "map") return changedOne("map", rounded(view.map(problems.latest())));
      return [
        ...changedOne("fleet", JSON.stringify(view.fleet())),
        ...rowEvents("services", services.update(view.services(problems.latest()))),
        ...rowEvents("instances", instances.update(view.instances())),
      ];
    },
    whole(topic) {
      if (topic === "map") return [eventOf("map", told.map)];
      if (topic !== "fleet") return [];
      return [eventOf("fleet", told.fleet), allRows("services", services.all()), allRows("instances", instances.all())];
    },
  };
}

function rowEvents(name: string, { changed, gone }: RowNews): readonly Buffer[] {
  if (changed.length + gone.length === 0) return [];
  return [eventOf(name, `{"all":false,"changed":[${changed.join(",")}],"gone":${JSON.stringify(gone)}}`)];
}

function allRows(name: string, rows: readonly string[]): Buffer {
  return eventOf(name, `{"all":true,"changed":[${rows.join(",")}],"gone":[]}`);
}

/** Four digits of a rate are more than anybody reads, and a row that only differs in the fifth is no news. */
function rounded(value: object): string {
  return JSON.stringify(value, (_, held) =>
    typeof held === "number" && !Number.isInteger(held) ? Number(held.toPrecision(4)) : held,
  );
}
