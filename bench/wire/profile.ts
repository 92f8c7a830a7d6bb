// `node bench/wire/profile.ts [SIDE] [IN_FLIGHT]`: where the CPU time of a typed call goes, at both its ends, in µs for a
// call. From the sources, whose files have names. Sampling costs some per cent of it.
import { openSink } from "../see/sink.ts";
import type { Spending } from "../support/profile.ts";
import { startPair } from "./pair.ts";
import { SIDE_NAMES, type SideName } from "./side.ts";

const LINES = 45;
const MS = 4_000;
const [side = "shoal", inFlight = "32"] = process.argv.slice(2);

if (!SIDE_NAMES.includes(side as SideName)) {
  process.stderr.write(`node bench/wire/profile.ts SIDE IN_FLIGHT, where SIDE is one of: ${SIDE_NAMES.join(", ")}\n`);
  process.exit(2);
}
const sink = await openSink();
{
  await using pair = await startPair(side as SideName, sink, { fromSource: true });
  await pair.warmUp();
  await pair.load({ inFlight: Number(inFlight) });
  const { burst, caller, provider } = await pair.profile({ inFlight: Number(inFlight), ms: MS });
  console.log(`${side}, ${inFlight} in flight: ${Math.round(burst.perSecond)} calls/s while profiled`);
  show("caller", caller, burst.calls);
  show("callee", provider, burst.calls);
}
sink.close();

function show(end: string, { cpuUs, byFile, byFunction }: Spending, calls: number): void {
  const line = ({ place, us }: { readonly place: string; readonly us: number }) =>
    `  ${(us / calls).toFixed(2).padStart(7)} µs ${((us / cpuUs) * 100).toFixed(1).padStart(5)} %  ${place}`;
  console.log(`\n${end}: ${(cpuUs / calls).toFixed(1)} µs for each call\n by file`);
  console.log(byFile.slice(0, LINES).map(line).join("\n"));
  console.log(` by function\n${byFunction.slice(0, LINES).map(line).join("\n")}`);
}
