import { isShoalError, type ShoalError } from "shoal";

type Makers = Readonly<Record<string, (details?: never) => ShoalError>>;

/**
 * A callee's errors, said again as one's own: what a callee answers is between it and its caller, so a service says
 * itself which of those answers are also its answers.
 *
 * @param call The call to another service.
 * @param makers The own contract's error for each code of the callee that is passed on, with its details.
 */
export async function instead<Reply>(call: Promise<Reply>, makers: Makers): Promise<Reply> {
  try {
    return await call;
  } catch (error) {
    const make = isShoalError(error) && Object.hasOwn(makers, error.code) ? makers[error.code] : undefined;
    if (!make || !isShoalError(error)) throw error;
    throw make(error.details as never);
  }
}
