import { expect, onTestFinished, test } from "vitest";
import { setRotatorStage, USERNAME } from "../../harness/rotator-stage.ts";

/**
 * What a rotation asks of the application: log in with the current password (probe), log in and
 * change it, log in with the new one (verify).
 */
const REQUESTS = ["/api/login", "/api/login", "/api/me/password", "/api/login"];

/** Number of the request at which the rotator is killed, and on which side of the application. */
const KILLS = [
  [1, "before"],
  [2, "before"],
  [3, "before"],
  [3, "after"],
  [4, "before"],
  [4, "after"],
] as const;

test("kill -9 at every step of a rotation: the next rotation recovers", async () => {
  const stage = await setRotatorStage();
  onTestFinished(() => stage.stop());
  let rotator = await stage.startRotator();
  onTestFinished(async () => {
    await rotator.end("SIGKILL");
  });
  await stage.declare(rotator.url);

  for (const [number, when] of KILLS) {
    const before = await stage.stored();
    const held = stage.proxy.hold(number, when);
    const rotation = stage.rotate();
    const request = await held;
    expect(request.path).toBe(REQUESTS[number - 1]);
    await rotator.end("SIGKILL");
    request.release();
    expect((await rotation).error).toContain("creds rotation failed");
    expect(await stage.stored()).toEqual(before);

    rotator = await stage.startRotator();
    await stage.retarget(rotator.url);
    expect(await stage.rotate()).toEqual({ status: 200, error: "" });
    const { current_password: password } = await stage.stored();
    expect(password).not.toBe(before.current_password);
    expect(await stage.app.accepts(USERNAME, String(password))).toBe(true);
    expect(stage.app.isLocked(USERNAME)).toBe(false);
  }
});
