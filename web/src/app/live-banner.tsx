import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../api/api-error.ts";
import { control } from "../api/control.ts";
import { useLiveState } from "../api/use-live.ts";
import classes from "./live-banner.module.css";

const RETRY_MS = 2_000;

/** Above the page while the control plane is not heard: what is shown may be old, and it says so. */
export function LiveBanner() {
  const isLost = useLiveState() === "lost";
  const { error } = useQuery({
    queryKey: ["reach"],
    queryFn: ({ signal }) => control.getFleet(undefined, signal),
    enabled: isLost,
    refetchInterval: RETRY_MS,
    retry: false,
    gcTime: 0,
  });
  if (!isLost) return null;
  if (error instanceof ApiError && error.status === 401) return <LoginBanner />;
  return (
    <div className={classes["banner"]} role="alert">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>The control plane does not answer. What you see is from before; it goes on by itself once it is back.</span>
    </div>
  );
}

function LoginBanner() {
  return (
    <div className={classes["banner"]} role="alert">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>The control plane asks for its token: you are not logged in, or no longer.</span>
      <Button size="compact-xs" variant="default" onClick={() => location.reload()}>
        Log in
      </Button>
    </div>
  );
}
