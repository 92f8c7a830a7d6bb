/** "000" to "999". */
const THREE_DIGITS: readonly string[] = Array.from({ length: 1_000 }, (_, value) => String(value).padStart(3, "0"));
/** Times of a batch lie close together: most have the second of the one before. */
let lastSecond = -1;
let lastSecondText = "";

/**
 * Unix ms with fractions as nanoseconds, to the microsecond: the clock knows no more. A double cannot hold today's, so
 * the parts are written one after the other; it is a hot spot of the export, hence the table and the memory.
 */
export function nanoText(unixMs: number): string {
  const second = Math.floor(unixMs / 1_000);
  const restMs = unixMs - second * 1_000;
  const wholeMs = Math.floor(restMs);
  return `${secondText(second)}${THREE_DIGITS[wholeMs]}${THREE_DIGITS[Math.floor((restMs - wholeMs) * 1_000)]}000`;
}

/**
 * Unix ms with fractions as a number of JSON, to the microsecond. All the digits of a double take the engine ten times
 * as long to find, and nobody wants them.
 * @param unixMs >= 0.
 */
export function unixMsText(unixMs: number): string {
  const second = Math.floor(unixMs / 1_000);
  if (second === 0) return msText(unixMs);
  const restMs = unixMs - second * 1_000;
  const wholeMs = Math.floor(restMs);
  return `${secondText(second)}${THREE_DIGITS[wholeMs]}${fractionText(restMs - wholeMs)}`;
}

/** A duration in ms as a number of JSON, to the microsecond. @param ms >= 0. */
export function msText(ms: number): string {
  const wholeMs = Math.floor(ms);
  return `${wholeMs}${fractionText(ms - wholeMs)}`;
}

function secondText(second: number): string {
  if (second !== lastSecond) {
    lastSecond = second;
    lastSecondText = String(second);
  }
  return lastSecondText;
}

function fractionText(ms: number): string {
  const us = Math.floor(ms * 1_000);
  return us === 0 ? "" : `.${THREE_DIGITS[us]}`;
}
