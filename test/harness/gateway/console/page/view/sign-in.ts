import { html, type TemplateResult } from "lit-html";
import type { Actions } from "../actions.ts";
import { onSubmit } from "./forms.ts";

/** Asks for the control token. */
export function signInView({ signIn }: Actions): TemplateResult {
  return html`
    <section aria-labelledby="sign-in">
      <h2 id="sign-in">Control token</h2>
      <p>
        Open the address that <code>rotation-kit gateway</code> prints, or paste the value of
        <code>ROTATION_KIT_GATEWAY_TOKEN</code> here.
      </p>
      <form @submit=${onSubmit((fields) => signIn(fields.text("token")))}>
        <label>Token <input name="token" type="password" autocomplete="off" required /></label>
        <button>Connect</button>
      </form>
    </section>
  `;
}
