import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { PAGES } from "./pages.ts";

/** After "g" the next key says where to; after this long it no longer does. */
const CHORD_MS = 1_200;

/** "g" and a letter goes to a page, "/" to the page's search field (an input with `data-search`). */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goingSinceMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const goes = event.timeStamp - goingSinceMs < CHORD_MS;
      goingSinceMs = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
      const page = goes ? PAGES.find(({ key }) => key === event.key) : undefined;
      if (page) void navigate({ to: page.path });
      if (event.key !== "/") return;
      const field = document.querySelector<HTMLInputElement>("input[data-search]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
