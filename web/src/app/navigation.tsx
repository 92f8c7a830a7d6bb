import { AppShell, Badge, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useFleet } from "../api/fleet-store.ts";
import { isTroubled } from "../api/service-trouble.ts";
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
            <Icon size={17} stroke={1.7} aria-hidden className={classes["icon"] ?? ""} />
            <span className={classes["linkText"]}>{title}</span>
            {path === "/" && <TroubleCount />}
          </Link>
        ))}
      </Stack>
    </AppShell.Navbar>
  );
}

/** How many services are in trouble now. */
function TroubleCount() {
  const { services, instancesOf } = useFleet();
  const count = services.filter((status) => isTroubled(status, instancesOf.get(status.service))).length;
  if (count === 0) return null;
  const words = count === 1 ? "1 service in trouble" : `${count} services in trouble`;
  return (
    <Badge color="red" size="xs" className={classes["count"] ?? ""} title={words} aria-label={words}>
      {count}
    </Badge>
  );
}
