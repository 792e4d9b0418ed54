export { EnginesPage } from "./engines/page";
export { EngineUsagePage } from "./engines/usage";
export { AccountPage } from "./home";
export { IntegrationSettingsPage, IntegrationsPage, PostHistoryPage } from "./integrations/page";
export { PreferencesPage } from "./preferences";
export { ProfilePage } from "./profile";
