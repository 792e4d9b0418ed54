import { TriangleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useBoards, useCompanies, useMembers, usePsaName } from "@/api/psa";
import { useBoardPriorities, useContacts } from "@/api/ticket-writes";
import { Combobox, type ComboOption, Field, Input, Switch, Textarea } from "@/components/ui";
import { useDebounced } from "@/lib/hooks";
import {
  type Chosen,
  type FieldName,
  MAX_DESCRIPTION,
  MAX_SUMMARY,
  missing,
  type Origin,
  type TicketForm,
} from "./draft";

interface TicketFieldsProps {
  readonly form: TicketForm;
  readonly onChange: (change: Partial<TicketForm>) => void;
  /** The ticket it is spun off from, for the words beside what came from there. */
  readonly source: string | null;
  /** *Open ticket* was pressed: what is missing is said at its field. */
  readonly tried: boolean;
}

/** The fields of a new ticket. Each one that was filled in for the person says from where, until it is changed. */
export function TicketFields({ form, onChange, source, tried }: TicketFieldsProps): ReactNode {
  const lacking = tried ? missing(form) : null;
  const told = (name: FieldName) => (lacking?.field === name ? lacking.text : null);
  const mark = (name: FieldName) => <Mark origin={form.origins[name]} source={source} />;
  return (
    <div className="grid gap-3.5">
      {form.open.length > 0 ? (
        <ul className="rounded-card border border-default bg-page px-3 py-2.25 text-row text-primary">
          {form.open.map((words) => (
            <li key={words} className="flex items-start gap-1.75">
              <TriangleAlert size={13} className="mt-0.75 flex-none text-warning" aria-hidden />
              {words}
            </li>
          ))}
        </ul>
      ) : null}
      <Field
        label="Summary"
        required
        error={told("summary")}
        action={mark("summary")}
        counter={{ length: form.summary.length, max: MAX_SUMMARY }}
      >
        <Input
          value={form.summary}
          maxLength={MAX_SUMMARY}
          onChange={(event) => onChange({ summary: event.target.value })}
        />
      </Field>
      <div className="grid gap-3.5 sm:grid-cols-2">
        <CompanyField form={form} onChange={onChange} error={told("company")} action={mark("company")} />
        <ContactField form={form} onChange={onChange} action={mark("contact")} />
        <BoardField form={form} onChange={onChange} error={told("board")} action={mark("board")} />
        <PriorityField form={form} onChange={onChange} action={mark("priority")} />
      </div>
      <Field
        label="Description"
        action={mark("description")}
        counter={{ length: form.description.length, max: MAX_DESCRIPTION }}
      >
        <Textarea
          value={form.description}
          growTo={220}
          maxLength={MAX_DESCRIPTION}
          onChange={(event) => onChange({ description: event.target.value })}
        />
      </Field>
      <AssigneeField form={form} onChange={onChange} />
      <NotifyField form={form} onChange={onChange} />
    </div>
  );
}

function Mark({ origin, source }: { readonly origin: Origin | undefined; readonly source: string | null }): ReactNode {
  if (origin === undefined) {
    return null;
  }
  return origin === "guess" ? (
    <span className="text-hint text-warning">Read from your words, check it</span>
  ) : (
    <span className="text-hint text-muted-foreground">
      {origin === "ticket" ? `From ${source ?? "the ticket"}` : "From your words"}
    </span>
  );
}

interface OneFieldProps {
  readonly form: TicketForm;
  readonly onChange: (change: Partial<TicketForm>) => void;
  readonly error?: string | null;
  readonly action?: ReactNode;
}

/** The options of a list with the chosen one in front when the list does not show it. */
function withChosen(options: readonly ComboOption[], chosen: Chosen | null): readonly ComboOption[] {
  return chosen === null || options.some(({ value }) => value === chosen.id)
    ? options
    : [{ value: chosen.id, label: chosen.name }, ...options];
}

const pick = (options: readonly ComboOption[], id: string | undefined): Chosen | null => {
  const found = options.find(({ value }) => value === id);
  return found ? { id: found.value, name: found.label } : null;
};

function CompanyField({ form, onChange, error, action }: OneFieldProps): ReactNode {
  const [text, setText] = useState("");
  const read = useCompanies(useDebounced(text, 200));
  const options = withChosen(
    (read.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    form.company,
  );
  return (
    <Field label="Client" required error={error} action={action}>
      <Combobox
        label="Client"
        placeholder="Choose a client"
        options={options}
        loading={read.isPending}
        notice={read.data?.problem?.message ?? null}
        onSearch={setText}
        value={form.company ? [form.company.id] : []}
        onChange={([id]) => onChange({ company: pick(options, id) })}
      />
    </Field>
  );
}

function ContactField({ form, onChange, action }: OneFieldProps): ReactNode {
  const [text, setText] = useState("");
  const read = useContacts(form.company?.id ?? null, useDebounced(text, 200));
  const options = withChosen(
    (read.data?.items ?? []).map(({ id, name, email }) => ({
      value: id,
      label: name,
      ...(email ? { hint: email } : {}),
    })),
    form.contact,
  );
  return (
    <Field label="Contact" action={action}>
      <Combobox
        label="Contact"
        placeholder={form.company ? "Nobody" : "Choose the client first"}
        options={options}
        clearable
        loading={form.company !== null && read.isPending}
        notice={read.data?.problem?.message ?? null}
        emptyText={form.company ? "Nobody matches" : "Choose the client first"}
        onSearch={setText}
        value={form.contact ? [form.contact.id] : []}
        onChange={([id]) => onChange({ contact: pick(options, id) })}
      />
    </Field>
  );
}

function BoardField({ form, onChange, error, action }: OneFieldProps): ReactNode {
  const read = useBoards();
  const options = withChosen(
    (read.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    form.board,
  );
  return (
    <Field label="Board" required error={error} action={action}>
      <Combobox
        label="Board"
        placeholder="Choose a board"
        options={options}
        loading={read.isPending}
        notice={read.data?.problem?.message ?? null}
        value={form.board ? [form.board.id] : []}
        onChange={([id]) => onChange({ board: pick(options, id) })}
      />
    </Field>
  );
}

function PriorityField({ form, onChange, action }: OneFieldProps): ReactNode {
  const psa = usePsaName();
  const read = useBoardPriorities(form.board?.id ?? null);
  const options = withChosen(
    (read.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    form.priority,
  );
  return (
    <Field label="Priority" action={action}>
      <Combobox
        label="Priority"
        placeholder={`As ${psa} sets it`}
        options={options}
        clearable
        loading={read.isPending}
        notice={read.data?.problem?.message ?? null}
        value={form.priority ? [form.priority.id] : []}
        onChange={([id]) => onChange({ priority: pick(options, id) })}
      />
    </Field>
  );
}

function AssigneeField({ form, onChange }: OneFieldProps): ReactNode {
  const read = useMembers();
  const options = withChosen(
    (read.data?.items ?? []).map(({ id, name, is_me }) => ({
      value: id,
      label: name,
      ...(is_me ? { hint: "you" } : {}),
    })),
    form.assignee,
  );
  return (
    <Field label="Assigned to">
      <Combobox
        label="Assigned to"
        placeholder="Nobody yet"
        options={options}
        clearable
        loading={read.isPending}
        notice={read.data?.problem?.message ?? null}
        value={form.assignee ? [form.assignee.id] : []}
        onChange={([id]) => onChange({ assignee: pick(options, id) })}
      />
    </Field>
  );
}

function NotifyField({ form, onChange }: OneFieldProps): ReactNode {
  const psa = usePsaName();
  return (
    <Switch
      label={`Let ${psa} tell the contact by e-mail`}
      checked={form.notify}
      onChange={(notify) => onChange({ notify })}
    />
  );
}
