/** The sentences that are true of a run, each of something that must not be. */
export function wrong(findings: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(findings).filter((sentence) => findings[sentence]);
}
