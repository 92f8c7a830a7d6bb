import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./page.module.css";

interface PageProps {
  readonly title: ReactNode;
  /** In the title of the browser's tab. */
  readonly tabTitle: string;
  /** To the right of the title. */
  readonly actions?: ReactNode;
  /** Below the title, such as filters. */
  readonly bar?: ReactNode;
  /** Fills what is left of the window; it scrolls by itself. */
  readonly children: ReactNode;
}

/** The frame of a page: title and filters stay, the content scrolls. */
export function Page({ title, tabTitle, actions, bar, children }: PageProps) {
  return (
    <>
      <title>{`${tabTitle} · Shoal`}</title>
      <header className={classes["head"]}>
        <Group justify="space-between" wrap="nowrap" mih={30}>
          <Title order={1} className={classes["title"] ?? ""}>
            {title}
          </Title>
          {actions !== undefined && (
            <Group gap="xs" wrap="nowrap">
              {actions}
            </Group>
          )}
        </Group>
        {bar !== undefined && <div className={classes["bar"]}>{bar}</div>}
      </header>
      <div className={classes["content"]}>{children}</div>
    </>
  );
}
