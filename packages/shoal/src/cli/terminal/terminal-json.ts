/** What JSON leaves as it is and a terminal takes for a command, or for another order of the letters. */
const UNSAFE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * JSON that is safe to print, whatever texts it holds: the same value, with the control characters escaped that
 * JSON.stringify does not escape.
 * @param indent Spaces. Default 0: in one line.
 */
export function terminalJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, undefined, indent).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
