import { AppShell } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { Header } from "./header.tsx";
import { Navigation } from "./navigation.tsx";
import classes from "./shell.module.css";
import { useShortcuts } from "./shortcuts.tsx";

/** What stands around every page. */
export function Shell() {
  useShortcuts();
  return (
    <AppShell header={{ height: 48 }} navbar={{ width: 176, breakpoint: 0 }} padding={0}>
      <a className={classes["skip"]} href="#page">
        Skip to the page
      </a>
      <Header />
      <Navigation />
      <AppShell.Main id="page" className={classes["page"] ?? ""} tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
