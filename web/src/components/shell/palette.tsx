import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { History, Keyboard, LogOut, type LucideIcon, MessageSquareText, Moon, Search, Sun, Ticket } from "lucide-react";
import { Dialog as DialogBase } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { signOut, usePreferences } from "@/api/auth";
import { usePsaStatus } from "@/api/psa";
import { useSessionSearch } from "@/api/search";
import { Kbd } from "@/components/ui";
import { useDebounced } from "@/lib/hooks";
import { keyLabel } from "@/lib/platform";
import { applyTheme } from "@/lib/theme";
import { useNavItems } from "./nav";
import { useOfferedActions } from "./palette-actions";
import { useShell } from "./shell-store";

interface Entry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly hint?: string;
  readonly keys?: string | undefined;
  readonly run: () => void;
}

/** Search and acts from the keyboard. What is known here shows at once; server hits come below and never move the selection. */
export function Palette(): ReactNode {
  const { paletteOpen, set } = useShell();
  const [text, setText] = useState("");
  const [entered, setEntered] = useState(false);
  const close = () => {
    set({ paletteOpen: false });
    setText("");
    setEntered(false);
  };
  return (
    <DialogBase.Root open={paletteOpen} onOpenChange={(open) => (open ? undefined : close())}>
      <DialogBase.Portal>
        <div aria-hidden className="fixed inset-0 z-palette bg-scrim" />
        <DialogBase.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 top-[12dvh] z-palette mx-auto w-[min(600px,calc(100vw-24px))] animate-pop overflow-hidden rounded-dialog border border-hover bg-card shadow-float max-sm:top-3"
        >
          <DialogBase.Title className="sr-only">Search everything</DialogBase.Title>
          <Command label="Search everything" shouldFilter={false} loop>
            <div className="flex items-center gap-2.5 border-b border-default px-4">
              <Search size={16} className="text-muted" aria-hidden />
              <Command.Input
                value={text}
                onValueChange={(next) => {
                  setText(next);
                  setEntered(false);
                }}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && !event.nativeEvent.isComposing) {
                    setEntered(true);
                  }
                }}
                placeholder="Go to, session, ticket number, action"
                className="h-12 min-w-0 flex-1 bg-transparent text-body text-primary outline-none placeholder:text-muted max-sm:text-field"
              />
              <Kbd>Esc</Kbd>
            </div>
            <Command.List className="max-h-[min(420px,60dvh)] overflow-y-auto p-1.5">
              <Groups text={text} entered={entered} close={close} />
            </Command.List>
          </Command>
        </DialogBase.Content>
      </DialogBase.Portal>
    </DialogBase.Root>
  );
}

interface GroupsProps {
  readonly text: string;
  /** Enter was pressed on these words; what is found for them first is opened as soon as it is known. */
  readonly entered: boolean;
  readonly close: () => void;
}

function Groups({ text, entered, close }: GroupsProps): ReactNode {
  const navigate = useNavigate();
  const places = usePlaces();
  const acts = useActs();
  const psa = usePsaStatus();
  const late = useDebounced(text, 150);
  const hits = useSessionSearch(late);
  const number = /^#?(\d{3,})$/.exec(text.trim())?.[1];
  const choose = (run: () => void) => () => {
    close();
    run();
  };
  const matches = (entry: Entry) => everyWord(entry.label, text);
  const asked = text.trim().length >= 2;
  // What was found for other words stays to be seen, but Enter must not open it for these.
  const fresh = late.trim() === text.trim() && !hits.isPlaceholderData && !hits.isPending;
  const sessions = asked ? (hits.data?.items ?? []) : [];
  const near = [...places, ...acts].filter(matches);
  const local = near.length > 0 || Boolean(number && psa.data?.connected);
  const openSession = (id: string) => navigate({ to: "/pilot/{-$id}", params: { id } });
  const first = sessions[0];
  const wanted = entered && asked && !local && fresh && first ? first.id : null;
  useEffect(() => {
    if (wanted) {
      close();
      void navigate({ to: "/pilot/{-$id}", params: { id: wanted } });
    }
  }, [wanted, close, navigate]);
  return (
    <>
      {local || sessions.length > 0 ? null : asked && fresh && !hits.isError ? (
        <Group heading="Nothing here by that name">
          {psa.data?.connected ? (
            <Row
              id="search-tickets"
              icon={Ticket}
              label={`Search the tickets for "${text.trim()}"`}
              onSelect={choose(() => void navigate({ to: "/tickets", search: { q: text.trim() } }))}
            />
          ) : null}
          <Row
            id="search-history"
            icon={History}
            label={`Search the history for "${text.trim()}"`}
            onSelect={choose(() => void navigate({ to: "/sessions", search: { q: text.trim() } }))}
          />
        </Group>
      ) : (
        <p role="status" className="px-3 py-6 text-center text-row text-muted-foreground">
          {asked && !fresh && !hits.isError
            ? "Searching"
            : hits.isError && asked
              ? "The sessions could not be searched. Try again in a moment."
              : "Nothing matches. Try a ticket number or a word of the session's title."}
        </p>
      )}
      {number && psa.data?.connected ? (
        <Group heading="Ticket">
          <Row
            id={`ticket-${number}`}
            icon={Ticket}
            label={`Open ticket #${number}`}
            onSelect={choose(() => void navigate({ to: "/tickets", search: { ticket: number } }))}
          />
        </Group>
      ) : null}
      <EntryGroup heading="Go to" entries={places.filter(matches)} choose={choose} />
      <EntryGroup heading="Actions" entries={acts.filter(matches)} choose={choose} />
      {sessions.length > 0 ? (
        <Group heading="Sessions">
          {sessions.map((session) => (
            <Row
              key={session.id}
              id={`session-${session.id}`}
              icon={MessageSquareText}
              label={session.title ?? "Untitled session"}
              hint={[session.ticket_ref, session.client_name].filter(Boolean).join("  ")}
              disabled={!fresh}
              onSelect={choose(() => void openSession(session.id))}
            />
          ))}
        </Group>
      ) : null}
    </>
  );
}

/** True when every word typed begins a word of the label. */
function everyWord(label: string, text: string): boolean {
  const words = label.toLowerCase().split(/\s+/);
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((typed) => words.some((word) => word.startsWith(typed)));
}

function usePlaces(): Entry[] {
  const navigate = useNavigate();
  return useNavItems().map((item) => ({
    id: `go-${item.to}`,
    label: item.label,
    icon: item.icon,
    run: () => void navigate({ to: item.to }),
  }));
}

function useActs(): Entry[] {
  const set = useShell((state) => state.set);
  const preferences = usePreferences();
  const offered = useOfferedActions();
  const theme = (choice: "light" | "dark") => () => {
    applyTheme(choice);
    preferences.mutate({ theme: choice });
  };
  return [
    ...offered.map((action) => ({ ...action, keys: action.keys })),
    { id: "light", label: "Use the light theme", icon: Sun, run: theme("light") },
    { id: "dark", label: "Use the dark theme", icon: Moon, run: theme("dark") },
    {
      id: "keys",
      label: "Show keyboard shortcuts",
      icon: Keyboard,
      keys: "?",
      run: () => set({ shortcutsOpen: true }),
    },
    { id: "out", label: "Sign out", icon: LogOut, run: () => void signOut() },
  ];
}

function EntryGroup(props: {
  readonly heading: string;
  readonly entries: readonly Entry[];
  readonly choose: (run: () => void) => () => void;
}): ReactNode {
  if (props.entries.length === 0) {
    return null;
  }
  return (
    <Group heading={props.heading}>
      {props.entries.map((entry) => (
        <Row
          key={entry.id}
          id={entry.id}
          icon={entry.icon}
          label={entry.label}
          keys={entry.keys}
          onSelect={props.choose(entry.run)}
        />
      ))}
    </Group>
  );
}

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }): ReactNode {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:eyebrow [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

function Row(props: {
  readonly id: string;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}): ReactNode {
  const Icon = props.icon;
  return (
    <Command.Item
      value={props.id}
      disabled={props.disabled ?? false}
      onSelect={props.onSelect}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-card px-2.5 text-bubble text-primary data-[selected=true]:bg-elevated coarse:min-h-11"
    >
      <Icon size={15} className="text-muted-foreground" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{props.label}</span>
      {props.hint ? <span className="truncate font-mono text-mono text-muted-foreground">{props.hint}</span> : null}
      {props.keys ? <Kbd>{keyLabel(props.keys)}</Kbd> : null}
    </Command.Item>
  );
}
