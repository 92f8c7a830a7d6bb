import { AppShell, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { PAGES } from "./pages.ts";
import classes from "./shell.module.css";

export function Navigation() {
  return (
    <AppShell.Navbar p="xs" className={classes["navigation"] ?? ""}>
      <Stack gap={2} component="nav" aria-label="Pages">
        {PAGES.map(({ path, title, icon: Icon, key }) => (
          <Link
            key={path}
            to={path}
            className={classes["link"]}
            activeOptions={{ exact: path === "/", includeSearch: false }}
            title={`${title} (g ${key})`}
          >
            <Icon size={17} stroke={1.7} aria-hidden />
            {title}
          </Link>
        ))}
      </Stack>
    </AppShell.Navbar>
  );
}
