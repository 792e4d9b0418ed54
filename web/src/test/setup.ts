import "@testing-library/jest-dom/vitest";
import "fake-indexeddb/auto";
import { cleanup } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { clearDrafts, setDraftOwner } from "@/lib/drafts";
import { queryClient } from "@/lib/query";
import { toast } from "@/lib/toast";
import { installBrowser } from "./browser";
import { server } from "./server";

installBrowser();

beforeAll(() => server.listen({ onUnhandledFrame: "error" }));

beforeEach(() => {
  installBrowser();
});

afterEach(async () => {
  cleanup();
  server.resetHandlers();
  queryClient.clear();
  toast.clear();
  await clearDrafts();
  setDraftOwner(null);
  localStorage.clear();
  sessionStorage.clear();
  document.cookie = "rf_csrf=; max-age=0; path=/";
});

afterAll(() => server.close());
