import { Button, Input, NumberInput, Popover, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useState } from "react";
import { useTrafficSearch } from "./use-traffic-search.ts";

/** The filters that are used less; the button tells how many of them are set. */
export function MoreFilters() {
  const { search, change } = useTrafficSearch();
  const { side, external, min, body } = search;
  const count = [side, external, min, body].filter((value) => value !== undefined).length;
  return (
    <Popover width={260} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant={count > 0 ? "light" : "default"} leftSection={<IconAdjustmentsHorizontal size={14} />}>
          {count > 0 ? `More filters (${count})` : "More filters"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <BodyFilter />
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

/** Each body has to be looked into, so not with every letter. */
function BodyFilter() {
  const { search, change } = useTrafficSearch();
  const [typed, setTyped] = useState(search.body ?? "");
  const ask = () => change({ body: typed === "" ? undefined : typed }, true);
  return (
    <TextInput
      label="In a body"
      placeholder="Text of a request or a reply"
      description="Enter searches"
      inputWrapperOrder={["label", "input", "description"]}
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => event.key === "Enter" && ask()}
      onBlur={ask}
    />
  );
}
