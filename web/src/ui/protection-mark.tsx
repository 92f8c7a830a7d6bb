import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useProtection } from "../api/use-protections.ts";
import classes from "./protection-mark.module.css";
import { Tag } from "./tag.tsx";

/** Beside a service that sheds, or whose callers retry, eject or hold back: what, and the way to why. Else nothing. */
export const ProtectionMark = memo(function ProtectionMark({ service }: { readonly service: string }) {
  const protection = useProtection(service);
  if (!protection) return null;
  const { word, level, title } = protection;
  return (
    <Link
      to="/resilience"
      search={{ service }}
      className={classes["mark"] ?? ""}
      title={title}
      aria-label={`${word}: ${title}`}
      onClick={(event) => event.stopPropagation()}
    >
      <Tag meaning={level}>{word}</Tag>
    </Link>
  );
});
