import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./service.module.css";

/** A part of a page below a title of its own. */
export function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes["section"]} aria-label={title}>
      <Title order={2} className={classes["sectionTitle"] ?? ""}>
        {title}
      </Title>
      {children}
    </section>
  );
}
