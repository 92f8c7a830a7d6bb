import { Button, Input, NumberInput, Popover, SegmentedControl, Select, Stack } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useTrafficSearch } from "./use-traffic-search.ts";

/** The filters that are used less; the button tells how many of them are set. */
export function MoreFilters() {
  const { search, change } = useTrafficSearch();
  const { side, external, min } = search;
  const count = [side, external, min].filter((value) => value !== undefined).length;
  return (
    <Popover width={260} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant={count > 0 ? "light" : "default"} leftSection={<IconAdjustmentsHorizontal size={14} />}>
          {count > 0 ? `More filters (${count})` : "More filters"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Input.Wrapper label="Side that recorded it" labelElement="div">
            <SegmentedControl
              aria-label="Side"
              fullWidth
              value={search.side ?? "both"}
              onChange={(side) => change({ side: side === "both" ? undefined : side })}
              data={[
                { value: "both", label: "Both" },
                { value: "client", label: "Client" },
                { value: "server", label: "Server" },
              ]}
            />
          </Input.Wrapper>
          <Select
            comboboxProps={{ withinPortal: false }}
            aria-label="Inside or outside"
            label="Where to"
            placeholder="Inside and outside"
            clearable
            data={[
              { value: "false", label: "Inside the fleet" },
              { value: "true", label: "To the outside" },
            ]}
            value={search.external ?? null}
            onChange={(external) => change({ external: external ?? undefined })}
          />
          <NumberInput
            aria-label="At least this long, in milliseconds"
            label="At least this long"
            placeholder="ms"
            min={0}
            hideControls
            value={search.min ?? ""}
            onChange={(min) => change({ min: String(min) }, true)}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
