/**
 * The zero-code entry: `node --import shoal/register app.js` makes any Node HTTP app a citizen of its fleet. Without
 * SHOAL_CONTROL it does nothing and loads nothing.
 */
if (process.env["SHOAL_CONTROL"]) {
  const { createReport } = await import("./server/zero-code/report.ts");
  const report = createReport((line) => void process.stderr.write(line));
  try {
    const { install } = await import("./server/zero-code/install.ts");
    install(process.env, report);
  } catch (cause) {
    report("this process could not join its fleet", cause);
  }
}

export {};
