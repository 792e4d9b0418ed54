import { Search } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useState } from "react";
import { Kbd } from "@/components/ui";
import { cx } from "@/lib/cx";
import { useDebounced, usePhone } from "@/lib/hooks";

interface SearchFieldProps {
  /** The text of the address. */
  readonly text: string;
  /** Called a short pause after typing; keep it stable. */
  readonly onText: (text: string) => void;
  readonly label: string;
  readonly placeholder: string;
  readonly fieldRef: RefObject<HTMLInputElement | null>;
  readonly className: string;
}

/** The search of a list. Typing searches after a short pause; an address that changes elsewhere shows here. */
export function SearchField({ text, onText, label, placeholder, fieldRef, className }: SearchFieldProps): ReactNode {
  const phone = usePhone();
  const [typed, setTyped] = useState(text);
  const [seen, setSeen] = useState(text);
  const [sent, setSent] = useState(text);
  const late = useDebounced(typed, 250);
  if (text !== seen) {
    setSeen(text);
    // The address follows what is typed a little late: only a text that was not typed here is taken over.
    if (text !== sent) {
      setTyped(text);
      setSent(text);
    }
  }
  useEffect(() => {
    const next = late.trim();
    if (next === typed.trim() && next !== text) {
      setSent(next);
      onText(next);
    }
  }, [late, typed, text, onText]);
  return (
    <label
      className={cx(
        "flex h-8.25 items-center gap-2 rounded-field border border-control bg-input pl-2.5 pr-1.75 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent coarse:h-11 max-sm:w-auto max-sm:flex-1",
        className,
      )}
    >
      <Search size={14} className="flex-none text-muted" aria-hidden />
      <span className="sr-only">{label}</span>
      <input
        ref={fieldRef}
        type="search"
        value={typed}
        maxLength={200}
        placeholder={placeholder}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && typed !== "") {
            event.preventDefault();
            setTyped("");
          }
        }}
        className="min-w-0 flex-1 bg-transparent text-bubble text-primary outline-none placeholder:text-muted focus-visible:outline-none max-sm:text-field [&::-webkit-search-cancel-button]:hidden"
      />
      {phone || typed ? null : <Kbd className="@max-[980px]:hidden">/</Kbd>}
    </label>
  );
}
