import type { EdgeState } from "../../telemetry/resilience.ts";
import { ejectedInstance } from "../instance/standing.ts";
import type { InstanceClient, Peers } from "./peers.ts";

/** Instances that are out, in one report. */
const EJECTED_MAX = 100;

/** What a balancer knows of how a process stands towards a service. */
export type BalanceState = Pick<
  EdgeState,
  "instances" | "subset" | "ejected" | "panic" | "zoneLocalShare" | "inFlight" | "waiting"
>;

/** @param waiting Calls that wait for an instance. */
export function balanceState(peers: Peers, waiting: number, nowMs: number): BalanceState {
  const { members, panic, localShare } = peers.survey();
  const ejected = members.map((client) => ejectedInstance(client, nowMs)).filter((found) => found !== undefined);
  const sum = (of: (client: InstanceClient) => number) => members.reduce((total, client) => total + of(client), 0);
  return {
    instances: peers.set().instances.length,
    subset: members.length,
    ejected: ejected.slice(0, EJECTED_MAX),
    panic,
    zoneLocalShare: localShare,
    inFlight: sum(({ load }) => load.pending()),
    waiting: waiting + sum((client) => client.waiting()),
  };
}
