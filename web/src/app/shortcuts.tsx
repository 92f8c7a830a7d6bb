import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { PAGES, type Page } from "./pages.ts";

/** After "g" the next key says where to; after this long it no longer does. */
const CHORD_MS = 1_200;

interface Actions {
  readonly openPalette: () => void;
  readonly openShortcuts: () => void;
}

/**
 * Ctrl+K opens the palette, "?" the list of shortcuts, "g" and a letter goes to a page, "/" to the page's search field
 * (an input with `data-search`).
 */
export function useShortcuts({ openPalette, openShortcuts }: Actions): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goingSinceMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      const goes = event.timeStamp - goingSinceMs < CHORD_MS;
      goingSinceMs = Number.NEGATIVE_INFINITY;
      const meant = meaningOf(event, goes);
      if (meant === undefined) return;
      if (meant === "go") goingSinceMs = event.timeStamp;
      else if (meant === "palette") openPalette();
      else if (meant === "shortcuts") openShortcuts();
      else if (meant !== "search") void navigate({ to: meant.path });
      if (meant !== "search" || focusSearch()) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, openPalette, openShortcuts]);
}

/** What a key asks for; a page after "g". */
function meaningOf(event: KeyboardEvent, goes: boolean): "palette" | "shortcuts" | "search" | "go" | Page | undefined {
  if (isPaletteKey(event)) return "palette";
  if (isForOthers(event)) return undefined;
  const page = goes ? PAGES.find(({ key }) => key === event.key) : undefined;
  const others = { "?": "shortcuts", "/": "search", g: "go" } as const;
  return page ?? others[event.key as keyof typeof others];
}

function isPaletteKey(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
}

/** Keys with a modifier, in a field or in a dialog. */
function isForOthers(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isDialogOpen();
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("input[data-search]");
  field?.focus();
  field?.select();
  return field !== null;
}

/** Whether something lies above the page, and has the keys. */
export function isDialogOpen(): boolean {
  return document.querySelector("[role=dialog][aria-modal=true]") !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
