import { SILENT_LOG } from "../../packages/shoal/src/core/log.ts";
import { controlRegistry } from "../../packages/shoal/src/discovery/control-registry.ts";
import { identityFrom } from "../../packages/shoal/src/discovery/identity.ts";
import { createResolver } from "../../packages/shoal/src/discovery/resolver.ts";
import { systemPorts } from "../../packages/shoal/src/transport/system-ports.ts";

export interface Observers {
  /** Resolves when every resolver's set of instance ids satisfies the condition. */
  readonly until: (condition: (ids: readonly string[]) => boolean) => Promise<void>;
  readonly close: () => void;
}

/** As many resolvers as that many processes would have, each with a watch of its own. */
export async function observers(count: number, service: string, control: string): Promise<Observers> {
  const resolvers = Array.from({ length: count }, (_, index) => {
    const identity = identityFrom({ SHOAL_CONTROL: control, SHOAL_INSTANCE: `observer-${index}` }, process.pid);
    const registry = controlRegistry({ ports: systemPorts, identity, log: SILENT_LOG });
    const resolver = createResolver({ registry, identity, clock: systemPorts.clock });
    resolver.watch(service);
    return resolver;
  });
  const until: Observers["until"] = async (condition) => {
    await Promise.all(
      resolvers.map(
        (resolver) =>
          new Promise<void>((done) => {
            const holds = () => condition(resolver.instancesOf(service).instances.map(({ id }) => id));
            if (holds()) return done();
            const cancel = resolver.onChange(service, () => {
              if (!holds()) return;
              cancel();
              done();
            });
          }),
      ),
    );
  };
  const close = () => {
    for (const resolver of resolvers) resolver.close();
  };
  return { until, close };
}
