import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import * as z from "zod";
import { type ChangeContext, changePassword } from "./password-change.ts";

const text = z.string().min(1).max(1024);
const loginSchema = z.object({ username: text, password: text });
const ownPasswordSchema = z.object({ current_password: text, new_password: text });
const passwordSchema = z.object({ password: text });

/** The application's HTTP interface. Unknown fields are ignored, bad bodies answered with 400. */
export function createRoutes(context: ChangeContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(express.json({ limit: "16kb" }));
  app.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  app.post("/api/login", login(context));
  app.get("/api/me", (request, response) => {
    const username = signedIn(context, request, response);
    if (username !== undefined)
      response.json({ username, admin: context.accounts.isAdmin(username) });
  });
  app.post("/api/me/password", changeOwnPassword(context));
  app.put("/api/admin/users/:username/password", setPassword(context));
  app.use((_request, response) => {
    response.status(404).json({ error: "not_found" });
  });
  app.use(answerError);
  return app;
}

function login({ accounts, sessions, faults, clock, stopped }: ChangeContext): RequestHandler {
  return async (request, response) => {
    const { username, password } = loginSchema.parse(request.body);
    const fault = faults.take("login");
    if (fault?.name === "slow") await clock.sleep(fault.milliseconds, stopped);
    else if (fault?.name === "reset-before") return void request.socket.destroy();
    else if (fault?.name === "error-before")
      return void response.status(503).json({ error: "unavailable" });
    else if (fault?.name === "locked") return void response.status(423).json({ error: "locked" });
    const outcome = await accounts.login(username, password);
    if (outcome === "locked") response.status(423).json({ error: "locked" });
    else if (outcome === "refused") response.status(401).json({ error: "invalid_credentials" });
    else
      response.json({
        token: sessions.open(username),
        username,
        admin: accounts.isAdmin(username),
      });
  };
}

function changeOwnPassword(context: ChangeContext): RequestHandler {
  return async (request, response) => {
    const username = signedIn(context, request, response);
    if (username === undefined) return;
    const body = ownPasswordSchema.parse(request.body);
    if (!(await context.accounts.accepts(username, body.current_password))) {
      context.events.add("current-password-wrong", username);
      response.status(403).json({ error: "wrong_current_password" });
      return;
    }
    await changePassword(context, username, body.new_password, request, response);
  };
}

function setPassword(context: ChangeContext): RequestHandler<{ username: string }> {
  return async (request, response) => {
    const admin = signedIn(context, request, response);
    if (admin === undefined) return;
    if (!context.accounts.isAdmin(admin)) {
      response.status(403).json({ error: "admin_required" });
      return;
    }
    const { username } = request.params;
    const { password } = passwordSchema.parse(request.body);
    if (!context.accounts.has(username)) {
      response.status(404).json({ error: "unknown_user" });
      return;
    }
    await changePassword(context, username, password, request as Request, response);
  };
}

/** The user of the request's session; answers 401 where there is none. */
function signedIn(
  { sessions }: ChangeContext,
  { headers }: { readonly headers: { readonly authorization?: string | undefined } },
  response: Response,
): string | undefined {
  const username = sessions.user(headers.authorization);
  if (username === undefined) response.status(401).json({ error: "session_required" });
  return username;
}

const answerError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  if (error instanceof z.ZodError)
    response.status(400).json({ error: "invalid_request", message: z.prettifyError(error) });
  else if (error instanceof Error && "status" in error && typeof error.status === "number")
    response.status(error.status).json({ error: "invalid_request" });
  else if (request.socket.destroyed || response.headersSent) response.end();
  else response.status(500).json({ error: "internal_error" });
};
