export {
  type CommandOptions,
  type CommandService,
  command,
  type FleetDefinition,
  type FleetOptions,
  fleet,
  type GroupDefinition,
  type NodeOptions,
  type NodeService,
  node,
  type ProcessOptions,
  type ServiceDefinition,
} from "./control/fleet/definition.ts";
