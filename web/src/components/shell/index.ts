export { FormRefusal } from "./form-refusal";
export { Logo } from "./logo";
export { type PaletteAction, useOfferActions } from "./palette-actions";
export { PasswordField } from "./password-field";
export { useShell } from "./shell-store";
export { SignInForm } from "./sign-in-form";
export { NavButton, PageHeader, TopTools } from "./top-bar";
