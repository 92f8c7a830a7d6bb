import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { control } from "../../api/control.ts";
import { harOf, parseHar } from "./har.ts";
import { useTrafficSearch } from "./use-traffic-search.ts";

/** Exchanges as files and back; what came of it is told. */
export function useHar() {
  const { change } = useTrafficSearch();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);

  const told = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      notifications.show({ color: "red", title: "That did not work", message });
    } finally {
      setBusy(false);
    }
  };

  const exportHar = (ids: readonly string[]) =>
    told(async () => {
      const har = await harOf(ids, (part) =>
        control.exportHar({ query: { id: part, limit: part.length, run: "all" } }),
      );
      download(
        JSON.stringify(har, null, 2),
        `traffic-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.har`,
      );
    });

  const importHar = (file: Blob) =>
    told(async () => {
      const { imported, skipped, ids } = await control.importHar({ body: parseHar(await file.text()) });
      const message = skipped > 0 ? `${skipped} entries could not be read and were skipped.` : "They are in the list.";
      const title = `${imported} ${imported === 1 ? "exchange" : "exchanges"} imported`;
      notifications.show({ color: skipped > 0 ? "orange" : "teal", title, message });
      await queries.invalidateQueries({ queryKey: ["exchanges"] });
      if (ids[0] !== undefined) change({ id: ids[0], with: undefined });
    });

  return { exportHar, importHar, busy };
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
