import "@testing-library/jest-dom/vitest";
import "fake-indexeddb/auto";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { useShell } from "@/components/shell/shell-store";
import { clearDrafts, setDraftOwner } from "@/lib/drafts";
import { queryClient } from "@/lib/query";
import { toast } from "@/lib/toast";
import { installBrowser } from "./browser";
import { complaints, watchConsole } from "./console";
import { server } from "./server";

installBrowser();
watchConsole();
// A page's code is loaded on first use, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5000 });

beforeAll(() => server.listen({ onUnhandledFrame: "error" }));

beforeEach(() => {
  installBrowser();
});

afterEach(async () => {
  cleanup();
  server.resetHandlers();
  queryClient.clear();
  toast.clear();
  useShell.setState({ paletteOpen: false, shortcutsOpen: false, navOpen: false, signedOut: false });
  await clearDrafts();
  setDraftOwner(null);
  localStorage.clear();
  sessionStorage.clear();
  // biome-ignore lint/suspicious/noDocumentCookie: removes what a test set
  document.cookie = "rf_csrf=; max-age=0; path=/";
  expect(complaints(), "nothing complains on the console").toEqual([]);
});

afterAll(() => server.close());
