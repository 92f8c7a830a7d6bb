/** One call on a stack, innermost first. */
export interface Frame {
  readonly functionName: string;
  /** A path, or such as "node:fs". */
  readonly file: string;
  readonly line: number;
}

/**
 * Where a loop stands, for people: the innermost call of the app's own, else the innermost of all.
 * @param frames Undefined where nobody could look.
 */
export function placeOf(frames: readonly Frame[] | undefined): string {
  if (frames === undefined) return ", in something that is not JavaScript: a synchronous call, or native code";
  const frame = frames.find(({ file }) => isOwn(file)) ?? frames[0];
  if (frame === undefined) return "";
  return ` in ${frame.functionName || "an anonymous function"} (${frame.file}:${frame.line})`;
}

function isOwn(file: string): boolean {
  return file.startsWith("/") && !file.includes("/node_modules/");
}
