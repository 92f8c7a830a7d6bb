import type { Page } from "playwright-core";

/** Longest time between two frames of a page in the next `forMs`, in ms. */
export function longestFrame(page: Page, forMs: number): Promise<number> {
  return page.evaluate(
    (lastsMs) =>
      new Promise<number>((done) => {
        let longest = 0;
        let beforeMs = performance.now();
        const endMs = beforeMs + lastsMs;
        const frame = () => {
          const nowMs = performance.now();
          longest = Math.max(longest, nowMs - beforeMs);
          beforeMs = nowMs;
          if (nowMs < endMs) requestAnimationFrame(frame);
          else done(longest);
        };
        requestAnimationFrame(frame);
      }),
    forMs,
  );
}
