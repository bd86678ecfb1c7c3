import { createAkeylessProvider } from "./akeyless/provider.ts";
import { nullProvider } from "./null/provider.ts";
import { serve } from "./protocol/serve.ts";

// One bundle serves both providers; the launcher beside it says which one.
if (process.argv[2] === "null") await serve(nullProvider);
else await serve(createAkeylessProvider(process.env));
