import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type HistoryView, readView, writeView } from "./filters";

export type ChangeView = (change: Partial<HistoryView>, how?: { readonly replace?: boolean }) => void;

/** The view of the address. Typing replaces the address, a choice adds to its history. */
export function useView(): readonly [HistoryView, ChangeView] {
  const search = useSearch({ from: "/app/sessions" });
  const navigate = useNavigate();
  const view = useMemo(() => readView(search), [search]);
  const change = useCallback<ChangeView>(
    (next, how = {}) =>
      void navigate({ to: "/sessions", search: writeView({ ...view, ...next }), replace: how.replace ?? false }),
    [view, navigate],
  );
  return [view, change];
}
