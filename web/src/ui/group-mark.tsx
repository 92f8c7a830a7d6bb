import { IconStack2 } from "@tabler/icons-react";
import { memo } from "react";
import { groupTitle } from "../api/service-groups.ts";
import { useServiceGroup } from "../api/use-service-groups.ts";
import classes from "./group-mark.module.css";

/** Beside a service that shares its process: the group's name, and with whom. Nothing beside the others. */
export const GroupMark = memo(function GroupMark({ service }: { readonly service: string }) {
  const group = useServiceGroup(service);
  if (!group) return null;
  return (
    <span className={classes["group"]} title={`${service} ${groupTitle(service, group)}`}>
      <IconStack2 size={12} aria-hidden />
      <span className={classes["name"]}>{group.name}</span>
    </span>
  );
});
