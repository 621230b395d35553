import { staffSignedIn } from "./inside";
await staffSignedIn();
