/** The part of autocannon that the benchmark uses; the package has no types. */
declare module "autocannon" {
  export interface Request {
    readonly method: "POST";
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Makes what is sent, each time anew. */
    readonly setupRequest?: (request: Request) => Request;
    readonly onResponse?: (status: number, body: string) => void;
  }
  export interface Client {
    setRequests(requests: readonly Request[]): void;
  }
  export interface Result {
    readonly requests: { readonly average: number; readonly total: number };
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly non2xx: number;
    readonly errors: number;
  }
  export default function autocannon(options: {
    readonly url: string;
    readonly method: "POST";
    readonly connections: number;
    /** In seconds; in place of it, a number of requests. */
    readonly duration?: number;
    readonly amount?: number;
    /** How long an answer may take, in seconds. */
    readonly timeout?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly reconnectRate?: number;
    readonly setupClient?: (client: Client) => void;
  }): Promise<Result>;
}
