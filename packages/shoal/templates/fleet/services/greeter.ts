import { serve } from "shoal";
import { greeter } from "../contracts/greeter.ts";

export default serve(greeter, {
  async greet({ params }, context) {
    if (params.name === "Nobody") throw greeter.errors.unwelcome();
    context.log.info("greeting", { name: params.name });
    return { greeting: `Hello, ${params.name}!` };
  },
});
