import { KitError } from "../../common/errors/kit-error.ts";
import { readJson, writeJson } from "../../common/json.ts";
import { parseStrictJson, StrictJsonError } from "../../common/strict-json.ts";
import type { FieldMap } from "../systems/field-map.ts";
import type { Rotation } from "./rotation.ts";

type Fields = Record<string, unknown>;

/** The names that the rotation itself knows. */
const OWN = { username: "username", password: "password" } as const;

/** Shorter secrets are in other texts by chance. */
const MIN_COPIED = 8;

/**
 * Rotates payloads whose fields are called otherwise, and refuses those in which the secret is in
 * another field too: the rotation would leave a dead copy there.
 *
 * @param mapOf the map of an item on a system; `undefined` where the fields have their usual names
 */
export function rotateMapped(
  rotation: Rotation,
  mapOf: (binding: {
    readonly system: string;
    readonly fields?: FieldMap | undefined;
  }) => FieldMap | undefined,
): Rotation {
  return {
    check(request) {
      const raw = readObject(request.payload, request.maxDepth);
      const map = mapOf(request.binding);
      if (raw === undefined) return rotation.check(request);
      refuseCopies(raw, map);
      const payload = map ? writeJson(toOwn(raw, map)) : request.payload;
      return rotation.check({ ...request, payload });
    },
    async rotate(request) {
      const raw = readObject(request.payload, request.maxDepth);
      const map = mapOf(request.binding);
      if (raw === undefined) return rotation.rotate(request);
      refuseCopies(raw, map);
      if (map === undefined) return rotation.rotate(request);
      const answer = await rotation.rotate({ ...request, payload: writeJson(toOwn(raw, map)) });
      const next = readJson(answer.payload) as Fields;
      return { ...answer, payload: writeJson(fromOwn(raw, next, map)) };
    },
  };
}

/** The payload as an object; `undefined` for what the rotation refuses with a reason of its own. */
function readObject(payload: string, maxDepth = 16): Fields | undefined {
  try {
    const raw = parseStrictJson(payload, maxDepth);
    if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return raw as Fields;
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
  }
  return undefined;
}

/** Takes a member of any name, also `__proto__`. */
const withoutPrototype = (): Fields => Object.create(null);

const fieldsOf = (map: FieldMap, kind: keyof typeof OWN): readonly string[] =>
  map[kind] ?? [OWN[kind]];

/** The payload under the rotation's own names. @throws KitError `payload_invalid` */
function toOwn(raw: Fields, map: FieldMap): Fields {
  const mine = withoutPrototype();
  const mapped = new Set([...fieldsOf(map, "username"), ...fieldsOf(map, "password")]);
  for (const [name, value] of Object.entries(raw)) if (!mapped.has(name)) mine[name] = value;
  for (const kind of ["username", "password"] as const) {
    const found = fieldsOf(map, kind).filter((name) => raw[name] !== undefined);
    const [first] = found;
    if (first === undefined) continue;
    if (found.some((name) => raw[name] !== raw[first]))
      throw invalid(`${found.map((name) => `\`${name}\``).join(" and ")} differ`);
    if (mine[OWN[kind]] !== undefined)
      throw invalid(`it has \`${OWN[kind]}\` beside \`${first}\`: name it under fields too`);
    mine[OWN[kind]] = raw[first];
  }
  return mine;
}

/** The answer under the payload's names, in the order in which it came. */
function fromOwn(raw: Fields, next: Fields, map: FieldMap): Fields {
  const { username, password, ...others } = next;
  const values = { username, password };
  const out = withoutPrototype();
  for (const name of Object.keys(raw)) {
    const kind = (["username", "password"] as const).find((one) =>
      fieldsOf(map, one).includes(name),
    );
    if (kind !== undefined) out[name] = values[kind];
    else if (others[name] !== undefined) out[name] = others[name];
  }
  for (const kind of ["username", "password"] as const) {
    const [main = OWN[kind], ...more] = fieldsOf(map, kind);
    if (values[kind] === undefined) continue;
    if (![main, ...more].some((name) => name in out)) out[main] = values[kind];
  }
  return { ...out, ...others };
}

/** Fields whose text may be the secret's by chance, or that hold secrets of their own. */
const OTHER_MEANING: ReadonlySet<string> = new Set(["system", "users", "policy", "_rotation"]);

/**
 * Refuses a payload that holds the current secret in a further field, also inside a longer text such
 * as a connection string. @throws KitError `payload_invalid`
 */
function refuseCopies(raw: Fields, map: FieldMap = {}): void {
  const secrets = new Set(map.password ?? ["password", "current_password"]);
  const known = new Set([...secrets, ...fieldsOf(map, "username"), ...OTHER_MEANING]);
  const [secret] = [...secrets].map((name) => raw[name]).filter((value) => value !== undefined);
  if (typeof secret !== "string" || secret === "") return;
  const forms = [secret, encodeURIComponent(secret)];
  const holds = (value: unknown): boolean => {
    if (typeof value === "string")
      return (
        value === secret || (secret.length >= MIN_COPIED && forms.some((it) => value.includes(it)))
      );
    if (typeof value !== "object" || value === null) return false;
    return Object.values(value).some(holds);
  };
  for (const [field, value] of Object.entries(raw)) {
    if (!known.has(field) && holds(value)) throw new KitError("payload_invalid.copied", { field });
  }
}

function invalid(what: string): KitError {
  return new KitError("payload_invalid.because", { reason: what });
}
