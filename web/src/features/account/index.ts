export { EnginesPage } from "./engines/page";
export { EngineUsagePage } from "./engines/usage";
export { AccountPage } from "./home";
export { PreferencesPage } from "./preferences";
export { ProfilePage } from "./profile";
