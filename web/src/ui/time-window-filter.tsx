import { ActionIcon, Button, Group, Pill, Popover, Stack, TextInput } from "@mantine/core";
import { IconCalendarTime } from "@tabler/icons-react";
import { useState } from "react";
import { inputOf, momentText, timeOf, type WindowTexts } from "./time-window.ts";

interface TimeWindowFilterProps extends WindowTexts {
  readonly onChange: (window: WindowTexts) => void;
}

/** From when to when exactly: a pill that tells it, and a form to set it. */
export function TimeWindowFilter({ from, to, onChange }: TimeWindowFilterProps) {
  const [isOpen, setOpen] = useState(false);
  const isSet = from !== undefined || to !== undefined;
  return (
    <Group gap={4}>
      <Popover opened={isOpen} onChange={setOpen} position="bottom-end" shadow="md" trapFocus>
        <Popover.Target>
          <ActionIcon
            variant="default"
            size={30}
            aria-label="From and to"
            aria-pressed={isSet}
            onClick={() => setOpen((now) => !now)}
          >
            <IconCalendarTime size={15} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <WindowForm
            key={`${from} ${to}`}
            from={from}
            to={to}
            onChange={(window) => {
              setOpen(false);
              onChange(window);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {isSet && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": "Any time", tabIndex: 0, "aria-hidden": false }}
          onRemove={() => onChange({ from: undefined, to: undefined })}
        >
          {momentText(from)} – {momentText(to)}
        </Pill>
      )}
    </Group>
  );
}

function WindowForm({ from, to, onChange }: TimeWindowFilterProps) {
  const [first, setFirst] = useState(inputOf(from));
  const [last, setLast] = useState(inputOf(to));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ from: timeOf(first), to: timeOf(last) });
      }}
    >
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          step={1}
          label="From"
          value={first}
          onChange={(event) => setFirst(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          step={1}
          label="To"
          value={last}
          onChange={(event) => setLast(event.currentTarget.value)}
        />
        <Button type="submit">Show this time</Button>
      </Stack>
    </form>
  );
}
