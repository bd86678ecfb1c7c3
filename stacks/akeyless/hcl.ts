/** The part of cdktf's HCL tree that is corrected here. */
interface RenderedResource {
  resource?: Record<string, Record<string, RenderedAttributes>>;
}
interface RenderedAttributes {
  lifecycle?: { replace_triggered_by?: string[] | string };
}

/**
 * Corrects what a resource renders for `cdktf synth --hcl`: cdktf would quote the addresses of
 * `replace_triggered_by`, which Terraform refuses; a text that starts with a bracket stays bare.
 */
export function withBareReferences(rendered: RenderedResource): RenderedResource {
  for (const instances of Object.values(rendered.resource ?? {})) {
    for (const { lifecycle } of Object.values(instances)) {
      if (!Array.isArray(lifecycle?.replace_triggered_by)) continue;
      lifecycle.replace_triggered_by = `[${lifecycle.replace_triggered_by.join(", ")}]`;
    }
  }
  return rendered;
}
