import { defined } from "../../common/defined.ts";
import type { ProviderType, ValueKind } from "./kinds.ts";

/** What a row says beside its kind and its live value; what is left out is the usual case. */
interface RowOptions {
  /** Name in the API's create and update requests. @default - the attribute's name with hyphens */
  readonly field?: string;
  /**
   * What it means that a declaration does not name it: `off` = it must not be set, `server` =
   * Akeyless chooses (an account default), so any live value is right. @default "off"
   */
  readonly undeclared?: "off" | "server";
  /** Whether older gateways leave it out of an item, so that its absence says nothing. @default false */
  readonly mayBeUnreported?: boolean;
  /** Whether the Terraform provider reads it back, so that a plan shows its drift. @default false */
  readonly seenByProvider?: boolean;
  /** `create` = only the create request takes it; a change needs a new item. @default "both" */
  readonly sentOn?: "create" | "update" | "both";
  /** The provider fills it in where the configuration leaves it out. @default false */
  readonly computed?: boolean;
  /** The provider's schema requires it. @default false */
  readonly required?: boolean;
  /** First release of the provider that has it. @default - every 2.x release */
  readonly since?: string;
  /**
   * The property of the construct that declares it. One without a dot belongs to the construct's
   * own properties and is taken over as it is; of the others code of their own makes the value.
   */
  readonly property: string;
  /** What is declared where the property is left out. @default - nothing */
  readonly value?: string | number | boolean;
  /** Flag of the akeyless CLI; `null`: none is known. @default - the field after two hyphens */
  readonly cli?: string | null;
}

/** One row of a table of attributes, before the table gives it its name. */
export interface Row<Live, Type extends ProviderType | null = ProviderType | null>
  extends RowOptions {
  readonly kind: ValueKind;
  /** How the Terraform provider takes it; `null`: it has no such attribute. */
  readonly type: Type;
  /** The live value; absent where no answer of the API shows it. */
  readonly live?: (live: Live) => unknown;
}

/**
 * One setting of a custom rotated secret or a Web Target: its names, its kind, and where the API
 * shows its live value.
 */
export interface Attribute<Live> extends Row<Live> {
  /** Name in the Terraform provider's schema, and in every declaration of this project. */
  readonly name: string;
  readonly field: string;
  readonly undeclared: "off" | "server";
  readonly seenByProvider: boolean;
  readonly sentOn: "create" | "update" | "both";
  /** Flag of the akeyless CLI; `null`: none is known. */
  readonly cli: string | null;
}

/** A row for an attribute that the provider has too. */
export function row<Live, Type extends ProviderType>(
  kind: ValueKind<Type>,
  live: ((live: Live) => unknown) | undefined,
  options: RowOptions,
): Row<Live, Type> {
  return { ...options, kind, type: kind.type, ...defined({ live }) };
}

/** A row for an attribute of the API that the provider lacks: it can be declared out of state only. */
export function apiOnly<Live>(
  kind: ValueKind,
  live: ((live: Live) => unknown) | undefined,
  options: RowOptions,
): Row<Live, null> {
  return { cli: null, ...options, kind, type: null, ...defined({ live }) };
}

/** `secureAccessHost` becomes `secure_access_host`: the only difference between both spellings. */
export function terraformName(key: string): string {
  const known = terraformNames.get(key);
  if (known !== undefined) return known;
  const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  terraformNames.set(key, name);
  return name;
}

/** There are few keys, and each resource asks for most of them several times. */
const terraformNames = new Map<string, string>();

/** The rows of a table with their names and everything that was left out. */
export function namedRows<Live>(
  rows: Readonly<Record<string, Row<Live>>>,
): readonly Attribute<Live>[] {
  return Object.entries(rows).map(([key, given]) => {
    const name = terraformName(key);
    const field = given.field ?? name.replaceAll("_", "-");
    return {
      undeclared: "off",
      seenByProvider: false,
      sentOn: "both",
      cli: `--${field}`,
      ...given,
      name,
      field,
    };
  });
}
