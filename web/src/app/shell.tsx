import { AppShell } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { useLiveState } from "../api/use-live.ts";
import { CommandDialog } from "../ui/command-dialog.tsx";
import { collectEarlyKeys } from "./early-keys.ts";
import { FaultBanner } from "./fault-banner.tsx";
import { FaultForms } from "./fault-forms.tsx";
import { Header } from "./header.tsx";
import { LiveBanner } from "./live-banner.tsx";
import { Navigation } from "./navigation.tsx";
import classes from "./shell.module.css";
import { isDialogOpen, useShortcuts } from "./shortcuts.tsx";

const loadPalette = () => import("./palette.tsx").then(({ Palette: component }) => ({ default: component }));
const Palette = lazy(loadPalette);
const ShortcutList = lazy(() =>
  import("./shortcut-list.tsx").then(({ ShortcutList: component }) => ({ default: component })),
);

/** What lies above the page. */
type Overlay = "palette" | "shortcuts" | undefined;

/** What stands around every page. */
export function Shell() {
  const [overlay, setOverlay] = useState<Overlay>();
  const openPalette = useCallback(() => {
    if (!isDialogOpen()) collectEarlyKeys();
    setOverlay("palette");
  }, []);
  const openShortcuts = useCallback(() => setOverlay("shortcuts"), []);
  const close = useCallback(() => setOverlay(undefined), []);
  // Loaded before it is asked for: what people type at once must not be lost.
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadPalette());
    return () => cancelIdleCallback(idle);
  }, []);
  useShortcuts({ openPalette, openShortcuts });
  const isStale = useLiveState() === "lost";
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: { base: 52, lg: 176 }, breakpoint: 0 }} padding={0}>
      <a className={classes["skip"]} href="#page">
        Skip to the page
      </a>
      <Header onPalette={openPalette} onShortcuts={openShortcuts} />
      <Navigation />
      <AppShell.Main id="page" className={classes["page"] ?? ""} tabIndex={-1} data-stale={isStale || undefined}>
        <LiveBanner />
        <FaultBanner />
        <Outlet />
      </AppShell.Main>
      <CommandDialog />
      <FaultForms />
      <Suspense>
        {overlay === "palette" && <Palette onClose={close} />}
        {overlay === "shortcuts" && <ShortcutList onClose={close} />}
      </Suspense>
    </AppShell>
  );
}
