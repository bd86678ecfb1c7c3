import { decode, ExtData, ExtensionCodec, encode } from "@msgpack/msgpack";

/**
 * A value that Terraform does not know yet, such as an id before the resource exists.
 *
 * There is one such object, so `value === UNKNOWN` is the test for it.
 */
export const UNKNOWN_VALUE: unique symbol = Symbol("unknown");

/** A value of Terraform's type system as this provider sees it. Sets and lists are arrays. */
export type TerraformValue =
  | string
  | number
  | boolean
  | null
  | typeof UNKNOWN_VALUE
  | readonly TerraformValue[]
  | { readonly [key: string]: TerraformValue };

/** The attributes (and nested blocks) of a resource, a data source or a provider. */
export type ObjectValue = { readonly [attribute: string]: TerraformValue };

/** MessagePack extension of an unknown value (Terraform's object wire format, protocol 5 and 6). */
const UNKNOWN_EXTENSION = 0;
/** The same with what is already known about it, e.g. a prefix; sent by Terraform since 1.6. */
const REFINED_UNKNOWN_EXTENSION = 12;

class UnknownMarker {}
const marker = new UnknownMarker();

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: UNKNOWN_EXTENSION,
  encode: (value) => (value instanceof UnknownMarker ? new Uint8Array([0]) : null),
  decode: () => marker,
});
extensionCodec.register({
  type: REFINED_UNKNOWN_EXTENSION,
  encode: () => null,
  // The refinement is dropped: a provider may always answer with a plain unknown.
  decode: () => marker,
});

/** Decodes MessagePack as Terraform writes it; `null` for an absent object. */
export function decodeValue(bytes: Uint8Array): TerraformValue {
  return fromWire(decode(bytes, { extensionCodec }));
}

/** Encodes a value as Terraform reads it. */
export function encodeValue(value: TerraformValue): Uint8Array {
  return encode(toWire(value), { extensionCodec, ignoreUndefined: true });
}

/** Whether the value is an object with attributes. */
export function isObject(value: TerraformValue | undefined): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether the value, or anything inside it, is unknown. */
export function hasUnknown(value: TerraformValue): boolean {
  if (value === UNKNOWN_VALUE) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** Replaces what is unknown, at any depth, by null. */
export function withoutUnknowns(value: TerraformValue): TerraformValue {
  if (value === UNKNOWN_VALUE) return null;
  if (Array.isArray(value)) return value.map(withoutUnknowns);
  return isObject(value) ? mapValues(value, withoutUnknowns) : value;
}

/** Whether two values are the same, at any depth. */
export function equalValues(left: TerraformValue, right: TerraformValue): boolean {
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equalValues(item, right[index] ?? null))
    );
  }
  if (!isObject(left)) return left === right;
  if (!isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) => Object.hasOwn(right, key) && equalValues(left[key] ?? null, right[key] ?? null),
    )
  );
}

function mapValues<T extends object, U>(object: T, change: (value: T[keyof T]) => U) {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value)]),
  ) as Record<keyof T & string, U>;
}

function toWire(value: TerraformValue): unknown {
  if (value === UNKNOWN_VALUE) return marker;
  if (Array.isArray(value)) return value.map(toWire);
  return isObject(value) ? mapValues(value, toWire) : value;
}

function fromWire(wire: unknown): TerraformValue {
  if (wire instanceof UnknownMarker) return UNKNOWN_VALUE;
  if (wire instanceof ExtData)
    throw new TypeError(`MessagePack extension ${wire.type} is not known`);
  if (Array.isArray(wire)) return wire.map(fromWire);
  if (typeof wire === "object" && wire !== null) return mapValues(wire, fromWire);
  return wire as TerraformValue;
}
