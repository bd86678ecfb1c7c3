// Rotates one item now, as a script of yours would, with Akeyless's own npm SDK:
//   AKEYLESS_GATEWAY=… AKEYLESS_ACCESS_ID=… AKEYLESS_ACCESS_KEY=… node rotate-now.mjs /reporting-app-svc
import akeyless from "akeyless";

const { AKEYLESS_GATEWAY, AKEYLESS_ACCESS_ID, AKEYLESS_ACCESS_KEY } = process.env;
const [name] = process.argv.slice(2);

const api = new akeyless.V2Api(new akeyless.ApiClient(AKEYLESS_GATEWAY));
try {
  const { token } = await api.auth(
    akeyless.Auth.constructFromObject({
      "access-id": AKEYLESS_ACCESS_ID,
      "access-key": AKEYLESS_ACCESS_KEY,
    }),
  );
  const request = akeyless.RotateSecret.constructFromObject({ name, token });
  const rotated = await api.rotateSecret(request);
  process.stdout.write(`${rotated.name}\n`);
} catch (error) {
  // The SDK rejects with a plain object, and its body says why.
  process.stderr.write(`${error.body?.error ?? error.message ?? "no answer"}\n`);
  process.exitCode = 1;
}
