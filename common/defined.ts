/**
 * The entries that are set. For options whose types tell an absent entry from `undefined`
 * (`exactOptionalPropertyTypes`), in place of a conditional spread per entry.
 *
 * @example
 * connect({ host, ...defined({ ca, servername }) });
 */
export function defined<const T extends object>(
  entries: T,
): { [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name] } & {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>;
} {
  // Written out: it runs for every finding and resource of a large plan.
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(entries)) {
    const value = entries[name as keyof T];
    if (value !== undefined) result[name] = value;
  }
  return result as ReturnType<typeof defined<T>>;
}
