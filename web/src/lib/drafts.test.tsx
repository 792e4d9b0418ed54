import { act, renderHook, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { clearDrafts, loadDraft, saveDraft, setDraftOwner, useDraft } from "./drafts";

const KIT = { userId: "kit", accountId: "a" };
const OWEN = { userId: "owen", accountId: "a" };

test("without a person nothing is stored", async () => {
  await saveDraft("note", "text");
  setDraftOwner(KIT);
  expect(await loadDraft("note")).toBeNull();
});

test("one person's draft is not another's", async () => {
  setDraftOwner(KIT);
  await saveDraft("note", "of Kit");
  setDraftOwner(OWEN);
  expect(await loadDraft("note")).toBeNull();
});

test("what is typed is stored within 300 ms and put back after a reload", async () => {
  setDraftOwner(KIT);
  const first = renderHook(() => useDraft("composer/s1"));
  await waitFor(() => expect(first.result.current.ready).toBe(true));
  act(() => first.result.current.setText("The queue restarts"));
  await waitFor(async () => expect(await loadDraft("composer/s1")).toBe("The queue restarts"), { timeout: 300 });
  first.unmount();
  const second = renderHook(() => useDraft("composer/s1"));
  await waitFor(() => expect(second.result.current.text).toBe("The queue restarts"));
  expect(second.result.current.restored).toBe(true);
  act(() => second.result.current.discard());
  expect(second.result.current.text).toBe("");
  expect(second.result.current.restored).toBe(false);
  await waitFor(async () => expect(await loadDraft("composer/s1")).toBeNull());
});

test("leaving at once loses nothing", async () => {
  setDraftOwner(KIT);
  const view = renderHook(() => useDraft("composer/s1"));
  act(() => view.result.current.setText("half a sen"));
  view.unmount();
  await waitFor(async () => expect(await loadDraft("composer/s1")).toBe("half a sen"));
});

test("another session shows its own text and never the one before", async () => {
  setDraftOwner(KIT);
  await saveDraft("composer/s2", "of the second");
  const view = renderHook(({ key }) => useDraft(key), { initialProps: { key: "composer/s1" } });
  act(() => view.result.current.setText("of the first"));
  view.rerender({ key: "composer/s2" });
  expect(view.result.current.text).toBe("");
  await waitFor(() => expect(view.result.current.text).toBe("of the second"));
  await waitFor(async () => expect(await loadDraft("composer/s1")).toBe("of the first"));
});

test("secrets are left out of what is stored, not of what is shown", async () => {
  setDraftOwner(KIT);
  const view = renderHook(() => useDraft("composer/s1", (text) => text.replaceAll("hunter-example", "")));
  act(() => view.result.current.setText("user svc-scan hunter-example"));
  expect(view.result.current.text).toContain("hunter-example");
  await waitFor(async () => expect(await loadDraft("composer/s1")).toBe("user svc-scan "));
});

test("NUL characters of a pasted console are left out of the text", () => {
  setDraftOwner(KIT);
  const view = renderHook(() => useDraft("composer/s1"));
  act(() => view.result.current.setText("\0Status\0: OK\n"));
  expect(view.result.current.text).toBe("Status: OK\n");
});

test("sign-out removes every draft", async () => {
  setDraftOwner(KIT);
  await saveDraft("note", "text");
  await clearDrafts();
  expect(await loadDraft("note")).toBeNull();
});
