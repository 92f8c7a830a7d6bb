import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { control } from "../api/control.ts";
import { callersWords } from "./callers-words.ts";

/** Who will feel it: the callers of a service at present. Its line is there before the answer, so that nothing moves. */
export function CommandCallers({ service }: { readonly service: string }) {
  const { data, isError } = useQuery({
    queryKey: ["service", service],
    queryFn: ({ signal }) => control.getService({ params: { service } }, signal),
  });
  const callers = data?.callers.filter(({ requestsPerSecond }) => requestsPerSecond > 0);
  if (isError) return null;
  return (
    <Text size="sm" c="var(--shoal-text-quiet)" mih="1.55em">
      {callers && callersWords(callers)}
    </Text>
  );
}
