import {
  attributeValueOf,
  createPlainMap,
  ITEMS_MAX,
  type Plain,
  plainInteger,
  plainNumber,
  TOO_DEEP,
} from "./any-value.ts";
import { type AttributeBag, attributesOf, createBag, putAttribute } from "./attribute-bag.ts";
import type { DecodedFrom } from "./decoded.ts";
import type { IntakeLimits } from "./limits.ts";
import type { ProtobufReader } from "./protobuf-reader.ts";
import { senderOf } from "./sender.ts";
import { cutText } from "./text.ts";

// Field numbers of opentelemetry/proto/common/v1/common.proto and resource/v1/resource.proto.

interface ValueDraft {
  value: Plain;
  depth: number;
  readonly limits: IntakeLimits;
}

interface KeyValueDraft extends ValueDraft {
  key: string;
}

/** Reads a KeyValue into the bag. */
export function readAttribute(bag: AttributeBag, limits: IntakeLimits, reader: ProtobufReader): void {
  const draft: KeyValueDraft = { key: "", value: null, depth: 0, limits };
  reader.message(draft, keyValueField);
  putAttribute(bag, draft.key, attributeValueOf(draft.value, limits), limits);
}

/** Reads an AnyValue. */
export function readAnyValue(limits: IntakeLimits, reader: ProtobufReader): Plain {
  const draft: ValueDraft = { value: null, depth: 0, limits };
  reader.message(draft, anyValueField);
  return draft.value;
}

function keyValueField(draft: KeyValueDraft, field: number, reader: ProtobufReader): void {
  if (field === 1) draft.key = reader.text();
  else if (field === 2) reader.message(draft, anyValueField);
  else reader.skip();
}

function anyValueField(draft: ValueDraft, field: number, reader: ProtobufReader): void {
  switch (field) {
    case 1:
      draft.value = reader.text();
      break;
    case 2:
      draft.value = reader.unsigned() !== 0;
      break;
    case 3:
      draft.value = plainInteger(reader.int64());
      break;
    case 4:
      draft.value = plainNumber(reader.double());
      break;
    case 5:
    case 6:
      draft.value = nested(draft, field, reader);
      break;
    case 7:
      draft.value = reader.base64();
      break;
    default:
      reader.skip();
  }
}

function nested({ depth, limits }: ValueDraft, field: number, reader: ProtobufReader): Plain {
  if (depth >= limits.nestingMax) {
    reader.skip();
    return TOO_DEEP;
  }
  const inner = { depth: depth + 1, limits };
  if (field === 5) {
    const list: Plain[] = [];
    reader.message({ list, ...inner }, listField);
    return list;
  }
  const map = createPlainMap();
  reader.message({ map, count: 0, ...inner }, mapField);
  return map;
}

interface ListDraft {
  readonly list: Plain[];
  readonly depth: number;
  readonly limits: IntakeLimits;
}

function listField({ list, depth, limits }: ListDraft, field: number, reader: ProtobufReader): void {
  if (field !== 1 || list.length >= ITEMS_MAX) {
    reader.skip();
    return;
  }
  const draft: ValueDraft = { value: null, depth, limits };
  reader.message(draft, anyValueField);
  list.push(draft.value);
}

interface MapDraft {
  readonly map: Record<string, Plain>;
  count: number;
  readonly depth: number;
  readonly limits: IntakeLimits;
}

function mapField(into: MapDraft, field: number, reader: ProtobufReader): void {
  if (field !== 1 || into.count >= ITEMS_MAX) {
    reader.skip();
    return;
  }
  const draft: KeyValueDraft = { key: "", value: null, depth: into.depth, limits: into.limits };
  reader.message(draft, keyValueField);
  into.count += 1;
  into.map[draft.key] = draft.value;
}

interface ResourceDraft {
  readonly bag: AttributeBag;
  readonly limits: IntakeLimits;
  dropped: number;
}

/** Reads a Resource. */
export function readResource(limits: IntakeLimits, reader: ProtobufReader): DecodedFrom {
  const draft: ResourceDraft = { bag: createBag(), limits, dropped: 0 };
  reader.message(draft, resourceField);
  return senderOf(attributesOf(draft.bag, draft.dropped));
}

function resourceField(draft: ResourceDraft, field: number, reader: ProtobufReader): void {
  if (field === 1) readAttribute(draft.bag, draft.limits, reader);
  else if (field === 2) draft.dropped = reader.unsigned();
  else reader.skip();
}

/** Reads an InstrumentationScope: its name. */
export function readScope(limits: IntakeLimits, reader: ProtobufReader): string {
  const draft = { name: "" };
  reader.message(draft, scopeField);
  return cutText(draft.name, limits.nameCharsMax);
}

function scopeField(draft: { name: string }, field: number, reader: ProtobufReader): void {
  if (field === 1) draft.name = reader.text();
  else reader.skip();
}
