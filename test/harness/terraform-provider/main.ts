import { createAkeylessProvider } from "./akeyless/provider.ts";
import { externalProvider } from "./external/provider.ts";
import { nullProvider } from "./null/provider.ts";
import { serve } from "./protocol/serve.ts";

// One bundle serves all providers; the launcher beside it says which one.
if (process.argv[2] === "null") await serve(nullProvider);
else if (process.argv[2] === "external") await serve(externalProvider);
else await serve(createAkeylessProvider(process.env));
