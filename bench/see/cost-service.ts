// A contract service whose CPU time its parent asks for.
import { answerCpu } from "./cost-child.ts";
import { quotesService } from "./quotes-service.ts";

const { address } = await quotesService.listen({ port: 0 });
answerCpu(address);
