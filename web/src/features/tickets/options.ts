import type { Lookup, MemberOut, MergedStatusOut, Named } from "@/api/psa";
import type { TicketSummaryOut } from "@/api/tickets";
import type { ComboOption } from "@/components/ui";

/** The choices of a filter, and why they may be short. */
export interface FilterOptions {
  readonly options: readonly ComboOption[];
  readonly notice: string | null;
}

type Read<T> = { readonly data: Lookup<T> | undefined; readonly error: unknown };

/**
 * The options of a look-up. When it could not be read, those that occur in the tickets shown are offered, and the notice says so. What
 * is chosen always has an option, also when the list does not name it (any more).
 */
export function filterOptions<T>(
  what: string,
  read: Read<T>,
  toOption: (item: T) => ComboOption,
  seen: readonly ComboOption[],
  chosen: readonly ComboOption[],
): FilterOptions {
  const problem =
    read.data?.problem?.message ?? (read.error ? "They could not be loaded. Try again in a moment." : null);
  const listed = (read.data?.items ?? []).map(toOption);
  const offered = problem === null ? listed : unique([...listed, ...seen]);
  return {
    options: unique([...offered, ...chosen]),
    notice:
      problem === null ? null : `${what} could not be read in full. ${problem} Offered are those of the tickets below.`,
  };
}

export const namedOption = (item: Named): ComboOption => ({ value: item.id, label: item.name });

export const statusOption = (item: MergedStatusOut): ComboOption => ({
  value: item.name,
  label: item.name,
  ...(item.closed ? { hint: "closes" } : {}),
});

export const memberOption = (item: MemberOut): ComboOption => ({
  value: item.id,
  label: item.name,
  ...(item.is_me ? { hint: "you" } : {}),
});

type Part = (ticket: TicketSummaryOut) => Named | null;

/** What the tickets shown have in one of their parts, by name. */
export function seenIn(tickets: readonly TicketSummaryOut[], part: Part): readonly ComboOption[] {
  const found = tickets.flatMap((ticket) => part(ticket) ?? []).map(namedOption);
  return unique(found).toSorted((a, b) => a.label.localeCompare(b.label));
}

/** Options for chosen values whose names are taken from elsewhere; the value itself when no name is known. */
export function chosenOptions(values: readonly string[], known: readonly ComboOption[]): readonly ComboOption[] {
  return values.map((value) => known.find((option) => option.value === value) ?? { value, label: value });
}

function unique(options: readonly ComboOption[]): readonly ComboOption[] {
  const seen = new Set<string>();
  return options.filter(({ value }) => !seen.has(value) && seen.add(value));
}
