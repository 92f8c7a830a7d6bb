import { notifications } from "@mantine/notifications";
import { ApiError } from "../api/api-error.ts";
import { control } from "../api/control.ts";
import { fleetNow, watchFleet } from "../api/fleet-store.ts";
import { type CommandProgress, commandProgress, type ServiceCommand } from "./command-progress.ts";

/** After this long the notification says how it stands and stops following. */
const FOLLOW_MS = 60_000;
const SHOW_RESULT_MS = 6_000;

const ASK = { start: control.startService, stop: control.stopService, restart: control.restartService } as const;
const DOING: Readonly<Record<ServiceCommand, string>> = { start: "Starting", stop: "Stopping", restart: "Restarting" };
const DID: Readonly<Record<ServiceCommand, string>> = { start: "Started", stop: "Stopped", restart: "Restarted" };

/** Asks a service's supervisors, and tells in a notification how it goes and how it ended. */
export async function runCommand(service: string, command: ServiceCommand): Promise<void> {
  const before = new Map((fleetNow().instancesOf.get(service) ?? []).map((one) => [one.instance, one]));
  const title = `${DOING[command]} ${service}`;
  const id = notifications.show({ title, message: "Asked its supervisor", loading: true, autoClose: false });
  const finish = (color: string, heading: string, message: string) =>
    notifications.update({ id, title: heading, message, color, loading: false, autoClose: SHOW_RESULT_MS });
  try {
    await ASK[command]({ params: { service } });
  } catch (error) {
    finish("red", `${service} was not asked to ${command}`, sayError(error));
    return;
  }
  const end = await followed(
    () => commandProgress(command, fleetNow().instancesOf.get(service) ?? [], before),
    (message) => notifications.update({ id, title, message, loading: true, autoClose: false }),
  );
  if (end.kind === "done") finish("teal", `${DID[command]} ${service}`, end.text);
  else if (end.kind === "failed") finish("red", `${service} did not ${command}`, end.text);
  else finish("orange", `${title} takes long`, `${end.text} after ${FOLLOW_MS / 1_000} s; its logs may say why.`);
}

/** Until it is done, has failed, or the time is over. */
function followed(look: () => CommandProgress, onStep: (text: string) => void): Promise<CommandProgress> {
  return new Promise((resolve) => {
    const finish = (progress: CommandProgress) => {
      clearTimeout(timer);
      unwatch();
      resolve(progress);
    };
    const step = () => {
      const progress = look();
      if (progress.kind === "goes-on") onStep(progress.text);
      else finish(progress);
    };
    const timer = setTimeout(() => finish(look()), FOLLOW_MS);
    const unwatch = watchFleet(step);
  });
}

function sayError(error: unknown): string {
  if (error instanceof ApiError) return [error.message, error.hint].filter(Boolean).join(" ");
  return error instanceof Error ? error.message : String(error);
}
