import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from "express";
import * as z from "zod";
import { defined } from "../../../common/defined.ts";
import { type FaultName, type FaultPoint, faults as known } from "../faults.ts";
import { consoleCalls } from "./console/calls.ts";
import { lastErrorOf } from "./console/overview.ts";
import type { Core } from "./core.ts";
import type { SessionEnd } from "./remote-access.ts";
import { parseState } from "./state.ts";
import { withoutPayloads } from "./timeline.ts";
import { sameText } from "./tokens.ts";

/** Header that carries the control token. */
export const CONTROL_HEADER = "x-emulator-token";

const advanceSchema = z.object({ milliseconds: z.number().nonnegative() });
const runSchema = z.object({ speed: z.number().positive().default(1) });
const sessionSchema = z.object({ item: z.string().min(1), user: z.string().min(1).optional() });
const faultSchema = z.object({
  name: z.enum(Object.keys(known) as [FaultName, ...FaultName[]]),
  at: z.enum(["api", "rotation", "store", "validation"] satisfies FaultPoint[]).optional(),
  times: z.int().positive().optional(),
  skip: z.int().nonnegative().optional(),
  milliseconds: z.number().nonnegative().optional(),
  path: z.string().optional(),
  item: z.string().min(1).optional(),
  probability: z.number().positive().max(1).optional(),
  seed: z.union([z.string(), z.number()]).optional(),
});

/**
 * The control endpoints below `/_emulator`: what the in-process handle offers, for clients in other
 * processes. Each needs the control token, so that no web page and no other user of the machine
 * moves the clock. None but `export` and `value` shows a payload.
 */
export function controlRoutes(core: Core): Router {
  const router = Router();
  router.use(requireToken(core));
  router.use(consoleCalls(core));
  router.get("/state", (_request, response) => void response.json(state(core)));
  router.get("/events", (_request, response) => void response.json(core.events));
  router.get("/timeline", (_request, response) => void response.json(core.timeline.entries));
  router.get("/export", (_request, response) => void response.json(core.account.state()));
  // A whole account is larger than any call of the API; read only after the token was.
  router.post("/import", express.json({ limit: "512mb" }), (request, response) => {
    core.account.replace(parseState(request.body));
    response.json(state(core));
  });
  router.post("/reset", (_request, response) => {
    core.reset();
    response.json(state(core));
  });
  router.get("/clock", (_request, response) => void response.json(clockOf(core)));
  router.post("/clock/still", (_request, response) => {
    core.motor.stop();
    response.json(clockOf(core));
  });
  router.post("/clock/run", (request, response) => {
    core.motor.run(runSchema.parse(request.body).speed);
    response.json(clockOf(core));
  });
  router.post("/clock/advance", async (request, response) => {
    await core.settings.clock.advance(advanceSchema.parse(request.body).milliseconds);
    response.json(clockOf(core));
  });
  router.post("/sessions", (request, response) => {
    const { item, user } = sessionSchema.parse(request.body);
    const session = core.sessions.open(item, user);
    response.status(201).json({ id: session.id, item: session.item.name, user: session.user });
  });
  router.delete("/sessions/:id", async (request, response) => {
    const { id } = request.params;
    const item = core.sessions.history.find((session) => session.id === id)?.item;
    const payloads = item?.versions.map(({ payload }) => payload) ?? [];
    response.json(withoutPayload(await core.sessions.close(id), payloads));
  });
  router.post("/faults", (request, response) => {
    const { name, ...options } = faultSchema.parse(request.body);
    core.faults.inject(name, defined(options));
    response.status(201).json(core.faults.pending());
  });
  router.delete("/faults", (_request, response) => {
    core.faults.clear();
    response.json([]);
  });
  router.use(answerError);
  return router;
}

function requireToken({ settings }: Core): RequestHandler {
  return (request, response, next) => {
    if (sameText(settings.controlToken, request.get(CONTROL_HEADER) ?? "")) next();
    else response.status(401).json({ error: `header ${CONTROL_HEADER} is missing or wrong` });
  };
}

function clockOf({ settings, motor }: Core): unknown {
  return { now: new Date(settings.clock.now()).toISOString(), speed: motor.speed };
}

function state({ store, settings, sessions, faults }: Core): unknown {
  return {
    now: new Date(settings.clock.now()).toISOString(),
    items: store.items().map((item) => ({
      name: item.name,
      last_version: item.lastVersion,
      versions: item.versions.map(({ version }) => version),
      status: item.status,
      last_error: lastErrorOf(item),
      next_rotation: item.nextRotationAt ? new Date(item.nextRotationAt).toISOString() : null,
      sessions: sessions.of(item).map(({ id, user }) => ({ id, user })),
    })),
    targets: store.targets().map(({ name, url }) => ({ name, url })),
    faults: faults.pending(),
  };
}

function withoutPayload(end: SessionEnd, payloads: readonly string[]): unknown {
  if (end.rotation !== "done") return end;
  return "error" in end.outcome
    ? { rotation: "done", error: withoutPayloads(end.outcome.error, payloads) }
    : { rotation: "done" };
}

/** Bad input of a control call is the caller's: zod's and the parts' RangeErrors become 400. */
function answerError(error: unknown, _request: Request, response: Response, next: NextFunction) {
  if (error instanceof z.ZodError) response.status(400).json({ error: z.prettifyError(error) });
  else if (error instanceof RangeError) response.status(400).json({ error: error.message });
  else next(error);
}
