import { Table } from "@mantine/core";
import { formatRate, formatShare } from "../../format/number.ts";
import { formatDurationOr } from "../../format/time.ts";
import classes from "./service.module.css";

/** Above this share of failed requests the number is red. */
const ERRORS_BAD = 0.01;
const HEADS = ["Req/s", "Errors", "p50", "p99"] as const;

interface RedCellsProps {
  readonly requestsPerSecond: number;
  readonly errorRatio: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export function RedHeads() {
  return HEADS.map((head) => (
    <Table.Th key={head} className={classes["end"] ?? ""} w={76}>
      {head}
    </Table.Th>
  ));
}

/** Rate, errors and durations, in the columns of RedHeads. */
export function RedCells({ requestsPerSecond, errorRatio, p50Ms, p99Ms }: RedCellsProps) {
  return (
    <>
      <Table.Td className={classes["end"] ?? ""}>{formatRate(requestsPerSecond)}</Table.Td>
      <Table.Td
        className={classes["end"] ?? ""}
        data-bad={(requestsPerSecond > 0 && errorRatio >= ERRORS_BAD) || undefined}
      >
        {requestsPerSecond === 0 ? "–" : formatShare(errorRatio)}
      </Table.Td>
      <Table.Td className={classes["end"] ?? ""}>{formatDurationOr(p50Ms)}</Table.Td>
      <Table.Td className={classes["end"] ?? ""}>{formatDurationOr(p99Ms)}</Table.Td>
    </>
  );
}
