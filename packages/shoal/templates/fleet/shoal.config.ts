import { fleet, node } from "shoal/fleet";

// Add a line for each service; `shoal up` starts them all.
export default fleet("my-fleet", {
  greeter: node("services/greeter.ts"),
});
