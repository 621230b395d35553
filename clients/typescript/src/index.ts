export * from "./client.js";
export { ApiError } from "./errors.js";
export { hasPasskeys, type PasskeyRequest } from "./passkeys.js";
export type { components, paths } from "./api.js";
