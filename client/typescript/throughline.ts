// Asks a Throughline server by its REST interface. What it can be asked is in
// operations.ts, which is generated from the server's description.

/** Why something was refused (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly type = "about:blank",
    readonly instance = "",
    readonly errors: { message?: string; location?: string; value?: unknown }[] = [],
    readonly retryAfter = "",
  ) {
    super(`${status} ${title}: ${detail}`);
  }
}

/** What goes with one request. */
export interface Options {
  /** names a writing, so that it may be sent again and is carried out once */
  key?: string;
  /** refuses a writing to a deal (412) where others have added to it since it had this tag */
  ifMatch?: string;
  /** gives 304, told as a Problem of that status, where the answer still has this tag */
  ifNoneMatch?: string;
  /** is told the answer's tag */
  tag?: (tag: string) => void;
  /** only these fields of the answer: "next", "rows.title" */
  fields?: string[];
  /** words in this language: "en", "zh" */
  lang?: string;
  signal?: AbortSignal;
}

export type Value = string | number | boolean | null | undefined | (string | number | boolean)[];

/** One server. */
export class Connection {
  constructor(
    readonly server: string,
    readonly token = "",
    private readonly send: typeof fetch = (...of) => fetch(...of),
  ) {}

  protected async ask<T>(method: string, path: string, query: Record<string, Value>, body: unknown, o: Options): Promise<T> {
    const address = new URL(this.server.replace(/\/$/, "") + "/api" + path);
    for (const [name, value] of Object.entries(query)) {
      for (const v of Array.isArray(value) ? value : [value]) {
        if (v !== undefined && v !== null) address.searchParams.append(name, String(v));
      }
    }
    if (o.fields) address.searchParams.set("fields", o.fields.join(","));
    if (o.lang) address.searchParams.set("lang", o.lang);
    const headers: Record<string, string> = {};
    if (this.token) headers["Authorization"] = "Bearer " + this.token;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (o.key) headers["Idempotency-Key"] = o.key;
    if (o.ifMatch) headers["If-Match"] = o.ifMatch;
    if (o.ifNoneMatch) headers["If-None-Match"] = o.ifNoneMatch;
    const request: RequestInit = { method, headers };
    if (body !== undefined) request.body = JSON.stringify(body);
    if (o.signal) request.signal = o.signal;
    const answer = await this.send(address, request);
    o.tag?.(answer.headers.get("ETag") ?? "");
    if (answer.ok) return (await answer.json()) as T;
    const said = (await answer.json().catch(() => ({}))) as Partial<Problem>;
    throw new Problem(answer.status, said.title ?? answer.statusText, said.detail ?? "", said.type, said.instance, said.errors, answer.headers.get("Retry-After") ?? "");
  }
}
