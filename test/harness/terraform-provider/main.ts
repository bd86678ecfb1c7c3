import { createAkeylessProvider } from "./akeyless/provider.ts";
import { defaultRelease, releases } from "./akeyless/release.ts";
import { externalProvider } from "./external/provider.ts";
import { nullProvider } from "./null/provider.ts";
import { serve } from "./protocol/serve.ts";

// One bundle serves all providers; the launcher beside it says which one, and in which release.
const [, , type, wanted] = process.argv;
const release = releases.find((known) => known === wanted) ?? defaultRelease;
if (type === "null") await serve(nullProvider);
else if (type === "external") await serve(externalProvider);
else await serve(createAkeylessProvider(process.env, release));
