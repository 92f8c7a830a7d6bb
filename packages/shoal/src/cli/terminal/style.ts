import { styleText } from "node:util";

export type Colour = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "gray";
type Format = Colour | "bold" | "dim";

/** Paints text, or leaves it as it is where colours are not wanted. */
export type Paint = (format: Format | readonly Format[], text: string) => string;

/** @param colours What CliPorts says: it has asked NO_COLOR and the terminal already. */
export function painter(colours: boolean): Paint {
  if (!colours) return (_, text) => text;
  return (format, text) => (text === "" ? "" : styleText(format as Format, text, { validateStream: false }));
}

const PALETTE: readonly Colour[] = ["cyan", "magenta", "yellow", "green", "blue"];

/** The same colour for the same name every time; red is kept for errors. */
export function colourOf(name: string): Colour {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1) hash = (hash * 31 + name.charCodeAt(index)) >>> 0;
  return PALETTE[hash % PALETTE.length] ?? "cyan";
}
