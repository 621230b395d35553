/** An error response of the service: branch on `code`, and show `message`. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** A stable name of the error, such as `incorrect_credentials`. */
  readonly code: string;
  /** For each invalid field, its path and a message for the user. */
  readonly fields: Readonly<Record<string, string>>;
  /** For each invalid field, its path and a stable code, such as `required`. */
  readonly fieldCodes: Readonly<Record<string, string>>;
  /** Seconds to wait before the same request can succeed; null if the service names none. */
  readonly retryAfterSeconds: number | null;
  /** With `stale_version`: the resource as it is stored now. */
  readonly current: unknown;

  constructor(response: Response, body: unknown) {
    const content = isObject(body) ? body : {};
    super(typeof content["error"] === "string" ? content["error"] : `HTTP status ${response.status}`);
    this.name = "ApiError";
    this.status = response.status;
    this.code = typeof content["code"] === "string" ? content["code"] : "unknown";
    this.fields = texts(content["fields"]);
    this.fieldCodes = texts(content["fieldCodes"]);
    const seconds = response.headers.get("Retry-After");
    this.retryAfterSeconds = seconds === null ? null : Number(seconds);
    this.current = content["current"];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function texts(value: unknown): Record<string, string> {
  return isObject(value) ? (value as Record<string, string>) : {};
}
