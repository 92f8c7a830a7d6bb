/** The name in problem documents and of the contract. */
export const CONTROL_SERVICE = "shoal-control";
