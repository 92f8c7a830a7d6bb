import { contract, get, serve } from "shoal";

serve(contract("greeter", { greet: get("/greet", {}) }), { greet: () => {} });
