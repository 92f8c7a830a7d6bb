import { codecOf } from "../contract/codec.ts";
import type { Link, LinkSchema } from "../contract/link.ts";
import type { ConsumerReply, OperationSpec } from "../contract/operation.ts";
import { shoalError } from "../core/errors.ts";
