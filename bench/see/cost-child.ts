/** Tells the parent process where to send requests, and its CPU time each time it is asked. */
export function answerCpu(address: string): void {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system });
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ address });
}
