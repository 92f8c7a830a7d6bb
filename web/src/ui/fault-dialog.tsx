import { Alert, Autocomplete, Button, Group, Modal, NumberInput, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "../api/api-error.ts";
import { control } from "../api/control.ts";
import { useFleet } from "../api/fleet-store.ts";
import { EMPTY_FORM, type FaultForm, faultOfForm } from "./fault-form.ts";

const LATENCY_MS_MAX = 60_000;
const DURATIONS = [
  { value: "1", label: "1 minute" },
  { value: "5", label: "5 minutes" },
  { value: "15", label: "15 minutes" },
  { value: "60", label: "1 hour" },
];

interface FaultDialogProps {
  readonly service: string;
  readonly onClose: () => void;
}

/** Asks what shall happen to calls of a service, and adds it as a fault. */
export function FaultDialog({ service, onClose }: FaultDialogProps) {
  const { status } = useFleet();
  const [form, setForm] = useState(EMPTY_FORM);
  const [problem, setProblem] = useState("");
  const refused = status?.faultsRefused ?? null;
  const change = (patch: Partial<FaultForm>) => {
    setForm({ ...form, ...patch });
    setProblem("");
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = faultOfForm(service, form);
    if (typeof body === "string") return setProblem(body);
    try {
      await control.addFault({ body });
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <Modal opened onClose={onClose} title={`Inject a fault into calls to ${service}`} centered size={520}>
      {refused !== null ? (
        <Alert color="orange" title="Not in this realm">
          <Text size="sm">{refused}. SHOAL_FAULTS=allowed in the control plane's environment allows it.</Text>
        </Alert>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <Text size="sm">
              Callers act as if {service} were like this; the service itself is not touched. It ends by itself.
            </Text>
            <Fields service={service} form={form} onChange={change} />
            {problem !== "" && (
              <Text size="sm" c="var(--shoal-bad)" role="alert">
                {problem}
              </Text>
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit">Inject</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

interface FieldsProps {
  readonly service: string;
  readonly form: FaultForm;
  readonly onChange: (patch: Partial<FaultForm>) => void;
}

function Fields({ service, form, onChange }: FieldsProps) {
  const { services, instancesOf } = useFleet();
  const { data } = useQuery({
    queryKey: ["service", service],
    queryFn: ({ signal }) => control.getService({ params: { service } }, signal),
  });
  const callers = services.map((one) => one.service).filter((name) => name !== service);
  const instances = (instancesOf.get(service) ?? []).map(({ instance }) => instance);
  const share = { min: 0, max: 100, suffix: "%", hideControls: true, placeholder: "none" } as const;
  return (
    <SimpleGrid cols={2} spacing="sm">
      <NumberInput
        label="Wait before each request"
        value={form.latencyMs}
        onChange={(latencyMs) => onChange({ latencyMs })}
        min={0}
        max={LATENCY_MS_MAX}
        suffix=" ms"
        hideControls
        placeholder="none"
        data-autofocus
      />
      <NumberInput label="Without an answer" {...share} value={form.drops} onChange={(drops) => onChange({ drops })} />
      <NumberInput
        label="Answered with an error"
        {...share}
        value={form.errors}
        onChange={(errors) => onChange({ errors })}
      />
      <NumberInput
        label="Status of the errors"
        value={form.status}
        onChange={(status) => onChange({ status })}
        min={400}
        max={599}
        hideControls
      />
      <Autocomplete
        label="Only this operation"
        placeholder="all"
        data={[...new Set((data?.operations ?? []).map(({ operation }) => operation))]}
        value={form.operation}
        onChange={(operation) => onChange({ operation })}
        limit={50}
      />
      <Select
        label="Only this instance"
        placeholder="all"
        data={instances}
        value={form.instance}
        onChange={(instance) => onChange({ instance })}
        clearable
      />
      <Select
        label="Only calls from"
        placeholder="everybody"
        data={callers}
        value={form.caller}
        onChange={(caller) => onChange({ caller })}
        searchable
        clearable
        limit={50}
      />
      <Select
        label="For"
        data={DURATIONS}
        value={form.minutes}
        onChange={(minutes) => onChange({ minutes: minutes ?? "5" })}
        allowDeselect={false}
      />
    </SimpleGrid>
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof ApiError) return [error.message, error.hint].filter(Boolean).join(" ");
  return error instanceof Error ? error.message : String(error);
}
