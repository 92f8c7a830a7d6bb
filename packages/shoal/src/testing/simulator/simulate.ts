import { messageOf } from "../../core/errors.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

/**
 * Runs a scenario in a world of its own. When it throws, as a failed expectation does, the error tells the seed with
 * which it fails again, and the timeline of what happened.
 */
export async function simulate<Result>(
  options: WorldOptions,
  scenario: (world: World) => Promise<Result>,
): Promise<Result> {
  const world = createWorld(options);
  try {
    return await scenario(world);
  } catch (cause) {
    const message = `${messageOf(cause)}\n\nWith seed ${world.seed} this happened:\n${world.timeline.text()}`;
    throw new Error(message, { cause });
  }
}
