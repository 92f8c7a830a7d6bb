const LINE_BYTES = 16;

/** "00000010  48 65 6c 6c 6f …  |Hello…|", a line for each 16 bytes, as `hexdump -C` prints them. */
export function hexLines(base64: string): string {
  const bytes = bytesOf(base64);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) lines.push(lineOf(bytes.slice(at, at + LINE_BYTES), at));
  return lines.join("\n");
}

function bytesOf(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}

function lineOf(bytes: string, at: number): string {
  const codes = [...bytes].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
  const halves = [codes.slice(0, 8).join(" "), codes.slice(8).join(" ")].join("  ");
  const shown = bytes.replaceAll(/[^\x20-\x7e]/g, ".");
  return `${at.toString(16).padStart(8, "0")}  ${halves.padEnd(LINE_BYTES * 3)}  |${shown}|`;
}
