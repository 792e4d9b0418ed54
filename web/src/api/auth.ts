import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import { isApiError } from "@/lib/api-error";
import { clearDrafts } from "@/lib/drafts";
import { leave } from "@/lib/leave";
import { toast } from "@/lib/toast";
import { keys } from "./keys";
import type { DemoSignIn, Me, Role, UiPreferences, User } from "./types";

const RANK: Record<Role, number> = { viewer: 0, engineer: 1, admin: 2, owner: 3 };

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: ({ signal }) => api.get<Me>("/auth/me", { signal }),
  staleTime: 5 * 60_000,
});

/** Who is signed in, their account and rights. Inside the shell the data is always there: use `useSignedIn`. */
export function useMe() {
  return useQuery(meQuery);
}

/** The signed-in person; only below the shell, which waits for it. */
export function useSignedIn(): Me {
  const { data } = useMe();
  if (!data) {
    throw new Error("useSignedIn is for pages inside the shell");
  }
  return data;
}

export function hasRole(user: Pick<User, "role">, least: Role): boolean {
  return RANK[user.role] >= RANK[least];
}

/** True when the person may act (engineer and above); viewers see no acting control. */
export function useCanAct(): boolean {
  return hasRole(useSignedIn().user, "engineer");
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly remember?: boolean;
}

export function useSignIn() {
  return useMutation({
    mutationFn: (credentials: Credentials) => api.post<{ user: User; expires_in: number }>("/auth/login", credentials),
  });
}

/** The sign-in of the demo workspace, or null where there is none. */
export function useDemoSignIn() {
  return useQuery({
    queryKey: keys.demo,
    queryFn: async ({ signal }) => {
      try {
        return await api.get<DemoSignIn>("/auth/demo", { signal });
      } catch (error) {
        if (isApiError(error) && !error.transient) {
          return null;
        }
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** After a reset nothing that was read is true any more: it is forgotten rather than shown as old. The frame stays. */
export async function startAfresh(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: meQuery.queryKey }),
    client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== meQuery.queryKey[0] }),
  ]);
}

/** Puts the demo workspace back to its first state. Every tab hears of it by the live event `workspace.reset`. */
export function useResetDemo() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post("/demo/reset"),
    onSuccess: () => {
      toast.success("The demo is back in its first state");
      return startAfresh(client);
    },
    onError: (error) => void toast.error(error),
  });
}

/** Ends the sign-in, removes what this browser kept, and leaves for the sign-in page. */
export async function signOut(): Promise<void> {
  try {
    await api.post("/auth/logout");
  } catch (error) {
    if (!isApiError(error, "not_authenticated")) {
      toast.error(error);
      return;
    }
  }
  await clearDrafts();
  leave.to("/sign-in");
}

/** Changes preferences at once and puts them back when the server refuses. */
export function usePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: UiPreferences) => api.patch("/users/me", { ui_preferences: change }),
    onMutate: (change) => {
      const before = client.getQueryData<Me>(keys.me);
      if (before) {
        const user = { ...before.user, ui_preferences: { ...before.user.ui_preferences, ...change } };
        client.setQueryData<Me>(keys.me, { ...before, user });
      }
      return { before };
    },
    onError: (error, _change, context) => {
      if (context?.before) {
        client.setQueryData(keys.me, context.before);
      }
      toast.error(error);
    },
  });
}

/** Changes the own name. */
export function useRenameMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.patch<Me>("/users/me", { name }),
    onSuccess: (me) => {
      client.setQueryData<Me>(keys.me, me);
      toast.success("Name saved");
    },
    onError: (error) => toast.error(error),
  });
}
