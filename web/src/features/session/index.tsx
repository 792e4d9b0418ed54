export { SessionPage } from "./page";
