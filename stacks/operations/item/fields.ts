import type { Attribute } from "../../attributes/attribute.ts";
import type { ItemSettings } from "../../attributes/compare.ts";
import type { Fields } from "../../gateway/client.ts";

/**
 * The fields of a request that gives an item exactly these settings. A setting that is not declared
 * is sent as switched off, or left to the server where it is the server's choice; tags are not
 * among the fields of an update, which adds and removes them one by one.
 */
export function requestFields<Live>(
  attributes: readonly Attribute<Live>[],
  settings: ItemSettings,
  request: "create" | "update",
): Fields {
  return fieldsOf(
    attributes.filter(
      ({ name, sentOn, undeclared }) =>
        (sentOn === "both" || sentOn === request) &&
        (settings[name] != null || (undeclared === "off" && request === "update")),
    ),
    settings,
  );
}

/** The fields for the settings that are listed, and no others. */
export function listedFields<Live>(
  attributes: readonly Attribute<Live>[],
  settings: ItemSettings,
): Fields {
  return fieldsOf(
    attributes.filter(({ name, sentOn }) => settings[name] != null && sentOn !== "create"),
    settings,
  );
}

/** The fields that make these attributes what was declared; one that was not declared goes off. */
export function changedFields<Live>(
  attributes: readonly Attribute<Live>[],
  settings: ItemSettings,
): Fields {
  return fieldsOf(
    attributes.filter(({ sentOn }) => sentOn !== "create"),
    settings,
  );
}

function fieldsOf<Live>(attributes: readonly Attribute<Live>[], settings: ItemSettings): Fields {
  return Object.fromEntries(
    attributes
      .filter(({ name }) => name !== "tags")
      .map(({ name, field, kind }) => [field, kind.wire(settings[name])]),
  );
}
