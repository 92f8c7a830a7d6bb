export type { CallOptions } from "./client/call-operation.ts";
export type { Fallback, Fallbacks } from "./client/fallback.ts";
export { type FetchInit, fetch } from "./client/fetch.ts";
export { type FollowOptions, follow } from "./client/follow.ts";
export {
  CALL_DEFAULTS,
  type CallPolicy,
  type CallSettings,
  SERVICE_DEFAULTS,
  type ServiceSettings,
} from "./client/policy.ts";
export { type Consumer, type ConsumerMethod, type UseOptions, use } from "./client/use.ts";
export { type Contract, contract, type ErrorMaker } from "./contract/contract.ts";
export { type Link, type LinkSchema, link, withLinks } from "./contract/link.ts";
export { type OpenApiDocument, openApiOf } from "./contract/openapi.ts";
export {
  type ConsumerInput,
  type ConsumerReply,
  del,
  get,
  type HandlerInput,
  type HandlerReply,
  type Method,
  type Operation,
  type OperationSpec,
  patch,
  post,
  put,
} from "./contract/operation.ts";
export type { Schema } from "./contract/schema.ts";
export { type ItemStream, type StreamSchema, stream } from "./contract/stream.ts";
export type { Cancel, Clock, Random } from "./core/clock.ts";
export { type Context, currentContext } from "./core/context.ts";
export type { Criticality } from "./core/criticality.ts";
export { ERRORS, type ErrorCode, isShoalError, type RetryAdvice, ShoalError } from "./core/errors.ts";
export type { Log, LogFields } from "./core/log.ts";
export type { Filter, Service } from "./core/service.ts";
export type { Handlers } from "./server/handlers.ts";
export { createMemoryIdempotencyStore, type MemoryIdempotencyStore } from "./server/idempotency-memory.ts";
export {
  type Claim,
  type IdempotencyStore,
  MEMORY_IDEMPOTENCY_DEFAULTS,
  type MemoryIdempotencyOptions,
  type StoredReply,
} from "./server/idempotency-store.ts";
export type { Life } from "./server/life.ts";
export type { Listening, ListenOptions } from "./server/listen.ts";
export { SERVE_DEFAULTS, type ServeOptions } from "./server/options.ts";
export { serve } from "./server/serve.ts";
export type { Served } from "./server/served.ts";
export { WRAP_DEFAULTS, type WrapOptions, type Wrapped, wrap } from "./server/wrap.ts";
