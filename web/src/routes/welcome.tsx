export { WelcomePage as WelcomeRoute } from "@/features/auth/welcome";
