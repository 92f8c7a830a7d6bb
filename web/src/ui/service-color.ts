import { fleetNow, watchFleet } from "../api/fleet-store.ts";
import type { ServiceStatus } from "../api/types.ts";
import { anyColor, assignColors, hash } from "./assign-colors.ts";
import { cssOf, PALETTE } from "./service-palette.ts";

/**
 * A service's colour as CSS, the same wherever it is shown, and another than that of the fleet's other services. It is a
 * variable that watchServiceColors sets: what is drawn already takes on another colour without being drawn again.
 */
export function serviceColor(service: string): string {
  return `var(${variableOf(service)}, ${paletteColor(anyColor(service))})`;
}

/** Colours for what is shown beside each other and nowhere else, such as a service's instances: by name. */
export function colorsOf(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...assignColors(names)].map(([name, color]) => [name, paletteColor(color)]));
}

/** What a CSS colour is where an element stands: a canvas knows no variables. */
export function paintOf(color: string, place: Element): string {
  const probe = document.createElement("span");
  probe.style.color = color;
  place.append(probe);
  const paint = getComputedStyle(probe).color;
  probe.remove();
  return paint;
}

/** Gives the services of the fleet their colours, for as long as the page lives. */
export function watchServiceColors(): void {
  // Who is gone keeps its colour: the others must not take on new ones while services die and come back.
  const names = new Set<string>();
  let last: readonly ServiceStatus[] | undefined;
  watchFleet(() => {
    const { services } = fleetNow();
    if (services === last) return;
    last = services;
    const before = names.size;
    for (const { service } of services) names.add(service);
    if (names.size === before) return;
    const { style } = document.documentElement;
    for (const [name, color] of assignColors(names)) style.setProperty(variableOf(name), paletteColor(color));
  });
}

function variableOf(service: string): string {
  return `--service-${hash(service).toString(36)}`;
}

function paletteColor(index: number): string {
  const color = PALETTE[index];
  return color ? cssOf(color) : "currentColor";
}
