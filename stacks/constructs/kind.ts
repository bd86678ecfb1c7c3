/** The constructs and values that can be asked what they are. */
type Kind =
  | "WebTarget"
  | "CustomRotatedSecret"
  | "RotatedAppCredential"
  | "RotationCheck"
  | "GatewayProvider"
  | "SensitiveInput";

/** Registered for the whole process, so that two copies of the kit know each other's constructs. */
const KIND = Symbol.for("akeyless-rotation-kit.kind");

/** Marks an object as one of the kit's. */
export function mark(value: object, kind: Kind): void {
  Object.defineProperty(value, KIND, { value: kind });
}

/** Whether the value is one of the kit's, of this copy or another one; `instanceof` sees one copy. */
export const isOfKind = (value: unknown, kind: Kind): boolean =>
  typeof value === "object" && value !== null && Reflect.get(value, KIND) === kind;

/** What is remembered of objects, for the whole process: two copies of the kit in one app share it. */
export function sharedMap<Key extends object, Value>(name: string): WeakMap<Key, Value> {
  const key = Symbol.for(`akeyless-rotation-kit.${name}`);
  const known: unknown = Reflect.get(globalThis, key);
  if (known instanceof WeakMap) return known as WeakMap<Key, Value>;
  const map = new WeakMap<Key, Value>();
  Reflect.set(globalThis, key, map);
  return map;
}
