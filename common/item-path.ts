/**
 * The path of an item or target as Akeyless stores it: with a leading slash. Akeyless treats `a/b`
 * and `/a/b` as the same name.
 */
export const itemPath = (name: string): string => (name.startsWith("/") ? name : `/${name}`);
