import type { ResilienceProblem } from "../../api/types.ts";
import { Tag } from "../../ui/tag.tsx";
import classes from "./resilience.module.css";

/** Whether calls fail, or are dealt with. As wide for either, so that the words beside it stand in line. */
export function LevelTag({ level }: Pick<ResilienceProblem, "level">) {
  return (
    <span className={classes["level"]}>
      <Tag meaning={level}>{level === "bad" ? "failing" : "coping"}</Tag>
    </span>
  );
}
