import type { IncomingMessage, ServerResponse } from "node:http";
import { type LoopbackServer, listenOnLoopback } from "./loopback.ts";

/** A stored comment or note. */
export interface StoredComment {
  readonly id: number;
  /** `us`: the token's user; `namesake`: a person with the name of that app. */
  author: string;
  body: string;
}

/** What the server answers next in place of doing its work. */
interface Refusal {
  readonly status: number;
  /** Which request, as `METHOD path`. @default - the next one that writes a comment */
  readonly request?: RegExp;
  /** What the answer says. @default "no" */
  readonly message?: string;
  /** The whole answer. @default - an object with the message */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A host of pull requests that behaves as the public API documents, in memory. */
export interface CommentServer {
  readonly url: string;
  readonly comments: StoredComment[];
  /** `METHOD path` of every request, in order. */
  readonly requests: string[];
  /** Answers for the next requests, each given once; empty: all are served. */
  readonly refusals: Refusal[];
  /** The commit that a request ended with, by the commit by which it was merged. */
  readonly merged: Map<string, string>;
  /** The branch to which requests were merged. @default "main" */
  mergedInto: string;
  /** Called once, before the next comment is created: what another run does meanwhile. */
  beforeCreate?: () => unknown;
  stop(): Promise<void>;
}

interface Dialect {
  readonly token: (request: IncomingMessage) => string | undefined;
  readonly show: (comment: StoredComment) => object;
  readonly self: RegExp;
  readonly selfAnswer: object;
  readonly list: RegExp;
  readonly one: RegExp;
  readonly requestsOfCommit: RegExp;
  readonly showMerged: (head: string, branch: string) => object;
  readonly updateMethod: string;
  readonly pageHeaders: (page: number, pages: number) => Record<string, string>;
}

export const TOKEN = "token-of-the-tests";
const LIMITS = { github: 65_536, gitlab: 1_000_000 } as const;

const idOf = (author: string): number => (author === "us" ? 1 : 2);

const DIALECTS: Readonly<Record<keyof typeof LIMITS, Dialect>> = {
  github: {
    token: ({ headers }) => headers.authorization?.replace(/^Bearer /, ""),
    show: ({ id, author, body }) => ({
      ...{ id, body },
      user:
        author === "namesake"
          ? { id: 2, login: "us" }
          : { id: idOf(author), login: `${author}[bot]` },
    }),
    self: /^POST \/graphql$/,
    selfAnswer: { data: { viewer: { login: "us[bot]", databaseId: 1 } } },
    list: /^\/repos\/o\/r\/issues\/7\/comments$/,
    one: /^\/repos\/o\/r\/issues\/comments\/(\d+)$/,
    requestsOfCommit: /^\/repos\/o\/r\/commits\/([0-9a-f]+)\/pulls$/,
    showMerged: (sha, ref) => ({
      ...{ number: 7, merged_at: "2026-11-27T12:00:00Z" },
      ...{ head: { sha }, base: { ref } },
    }),
    updateMethod: "PATCH",
    pageHeaders: () => ({}),
  },
  gitlab: {
    token: ({ headers }) => headers["private-token"] as string | undefined,
    show: ({ id, author, body }) => ({ id, body, author: { id: idOf(author) } }),
    self: /^GET \/user$/,
    selfAnswer: { id: 1 },
    list: /^\/projects\/5\/merge_requests\/7\/notes$/,
    one: /^\/projects\/5\/merge_requests\/7\/notes\/(\d+)$/,
    requestsOfCommit: /^\/projects\/5\/repository\/commits\/([0-9a-f]+)\/merge_requests$/,
    showMerged: (sha, branch) => ({ iid: 7, state: "merged", sha, target_branch: branch }),
    updateMethod: "PUT",
    pageHeaders: (page, pages) => ({ "x-next-page": page < pages ? String(page + 1) : "" }),
  },
};

/** Starts the server; anyone who starts it stops it. */
export async function startCommentServer(kind: keyof typeof LIMITS): Promise<CommentServer> {
  const dialect = DIALECTS[kind];
  const comments: StoredComment[] = [];
  const requests: string[] = [];
  const refusals: Refusal[] = [];
  const merged = new Map<string, string>();
  const state: { mergedInto: string; beforeCreate?: (() => unknown) | undefined } = {
    mergedInto: "main",
  };
  let nextId = 100;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url = "" } = request;
    const { pathname, searchParams } = new URL(url, "http://host");
    requests.push(`${method} ${pathname}`);
    const answer = (status: number, body?: unknown, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    let text = "";
    for await (const chunk of request) text += chunk;
    if (dialect.token(request) !== TOKEN) return answer(401, { message: "Bad credentials" });
    const asked = `${method} ${pathname}`;
    const isSelf = dialect.self.test(asked);
    const next = refusals.findIndex(({ request: wanted }) =>
      wanted === undefined ? method !== "GET" && !isSelf : wanted.test(asked),
    );
    const [refusal] = next < 0 ? [] : refusals.splice(next, 1);
    if (refusal !== undefined) {
      const { status, message = "no", body = { message }, headers } = refusal;
      return answer(status, body, headers);
    }
    if (isSelf) return answer(200, dialect.selfAnswer);
    const [, commit] = dialect.requestsOfCommit.exec(pathname) ?? [];
    if (commit !== undefined) {
      const head = merged.get(commit);
      return answer(200, head === undefined ? [] : [dialect.showMerged(head, state.mergedInto)]);
    }
    const body = method === "POST" || method === dialect.updateMethod ? JSON.parse(text).body : "";
    if (body.length > LIMITS[kind]) return answer(422, { message: "Body is too long" });
    if (dialect.list.test(pathname)) {
      if (method === "POST") {
        const meanwhile = state.beforeCreate;
        state.beforeCreate = undefined;
        await meanwhile?.();
        const created = { id: nextId++, author: "us", body };
        comments.push(created);
        return answer(201, dialect.show(created));
      }
      const page = Number(searchParams.get("page") ?? "1");
      const shown = comments.slice((page - 1) * 100, page * 100).map(dialect.show);
      return answer(200, shown, dialect.pageHeaders(page, Math.ceil(comments.length / 100)));
    }
    const id = Number(dialect.one.exec(pathname)?.[1]);
    const found = comments.findIndex((comment) => comment.id === id);
    const comment = comments[found];
    if (comment === undefined) return answer(404, { message: "Not Found" });
    if (method === "DELETE") {
      comments.splice(found, 1);
      return answer(204);
    }
    comment.body = body;
    return answer(200, dialect.show(comment));
  };
  const server: LoopbackServer = await listenOnLoopback((request, response) => {
    void handle(request, response);
  });
  return Object.assign(state, {
    url: server.url,
    comments,
    requests,
    refusals,
    merged,
    stop: () => server.stop(),
  }) as CommentServer;
}
