import { ArrowRight, ChevronDown, ChevronRight, Eye, EyeOff, TriangleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { EmailEffect, FieldChange, PreviewStep, WritePreview } from "@/api/write-types";
import { Checkbox, InlineError, Skeleton, TextButton } from "@/components/ui";
import { clock } from "@/lib/time";

const MAIL: Record<EmailEffect, string> = {
  none: "Nobody is mailed",
  contact: "The contact is mailed",
  resources: "Assigned people are mailed",
  workflow: "A workflow rule of the PSA may send mail",
  unknown: "The PSA does not say whether mail is sent",
};

interface WritePanelProps {
  readonly preview: WritePreview | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly onRetry: () => void;
  readonly changedOk: boolean;
  readonly onChangedOk: (ok: boolean) => void;
  /** The minutes to correct, where time is booked. */
  readonly time?: ReactNode;
}

/** *What exactly will be written*: open by default, in the PSA's own names, field by field on request. */
export function WritePanel(props: WritePanelProps): ReactNode {
  const { preview, error, loading, onRetry } = props;
  const [open, setOpen] = useState(true);
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <section
      aria-label="What exactly will be written"
      className="mx-4 mt-2.5 flex-none overflow-hidden rounded-card border border-default bg-page"
    >
      <h3 className="!font-sans !tracking-normal">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-h-8 w-full items-center gap-x-1.75 px-3 py-1 text-left text-row font-semibold text-heading coarse:min-h-11"
        >
          <Icon size={14} className="flex-none text-muted-foreground" aria-hidden />
          What exactly will be written
        </button>
      </h3>
      {open ? (
        <div className="border-t border-default px-3 pb-2.5 pt-2">
          {preview ? <Rows {...props} preview={preview} /> : null}
          {!preview && loading ? <Skeleton className="my-1 h-24" /> : null}
          {!preview && error ? (
            <InlineError title="This could not be looked up" error={error} onRetry={onRetry} retrying={loading} />
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

/** Where the panel may stand below the edge: what it says in short, and the way to it in one press. */
export function WriteLine({
  preview,
  onShow,
}: {
  readonly preview: WritePreview;
  readonly onShow: () => void;
}): ReactNode {
  return (
    <button
      type="button"
      onClick={onShow}
      className="flex min-h-11 w-full flex-none items-center gap-2 border-t border-default px-4 py-1.5 text-left"
    >
      <span className="min-w-0 flex-1">
        <span className="block text-hint text-muted-foreground">What is written</span>
        <span className="block text-row text-primary">{inShort(preview)}</span>
      </span>
      <ChevronDown size={16} className="flex-none text-muted-foreground" aria-hidden />
    </button>
  );
}

function Rows({
  preview,
  changedOk,
  onChangedOk,
  time: asked,
}: WritePanelProps & { readonly preview: WritePreview }): ReactNode {
  const note = preview.steps.find((step) => step.step === "note");
  const status = preview.steps.find((step) => step.step === "status");
  const time = preview.steps.find((step) => step.step === "time");
  const mail = worst(preview.steps);
  const visible = note?.visibility === "customer";
  return (
    <>
      <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-3 gap-y-1 text-row leading-[1.45]">
        <Row name="Ticket">
          {preview.ticket_ref}
          {preview.ticket_updated_at ? `, last changed ${clock(new Date(preview.ticket_updated_at))}` : ""}
        </Row>
        <Row name="Note">
          {noteWords(preview, note)} <Fields fields={flags(note)} />
        </Row>
        <Row name="Visibility">
          <span className="inline-flex items-center gap-1.75 font-semibold">
            {visible ? <Eye size={14} aria-hidden /> : <EyeOff size={14} aria-hidden />}
            {visible ? "Customer can see this" : "Internal only"}
          </span>
        </Row>
        <Row name="E-mail">
          {MAIL[mail.emails]} <Fields fields={mailFields(note)} />
          {mail.emails !== "none" && mail.why ? (
            <span className="text-hint text-muted-foreground">{mail.why}</span>
          ) : null}
        </Row>
        <Row name="Status">
          {!status ? (
            "Stays as it is"
          ) : !status.skip_reason && preview.target_status ? (
            <span className="inline-flex flex-wrap items-center gap-1.5">
              <span className="text-muted-foreground">{preview.status?.name ?? "Unknown"}</span>
              <ArrowRight size={13} className="text-muted" aria-label="to" />
              <span className="font-semibold">{preview.target_status.name}</span>
            </span>
          ) : (
            status.why || "Status stays: none configured"
          )}
        </Row>
        {asked ? <Row name="Time">{asked}</Row> : time && !time.skip_reason ? <Row name="Time">{time.why}</Row> : null}
        <Row name="Since load">
          {preview.conflicts.length === 0 ? (
            "Nothing changed on the ticket"
          ) : (
            <span className="block">
              {preview.conflicts.map((change) => (
                <span key={change.field} className="block text-warning">
                  {change.field}: {change.then ?? "nothing"} to {change.now ?? "nothing"}
                  {change.by ? `, by ${change.by}` : ""}
                </span>
              ))}
              <Checkbox
                checked={changedOk}
                onChange={onChangedOk}
                label={<span className="text-primary">Post all the same</span>}
              />
            </span>
          )}
        </Row>
      </dl>
      <Exact steps={preview.steps} rendered={preview.rendered} />
    </>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="flex min-w-0 flex-wrap items-baseline gap-x-1.75 text-primary">{children}</dd>
    </>
  );
}

function Fields({ fields }: { readonly fields: readonly string[] }): ReactNode {
  return fields.length > 0 ? <span className="font-mono text-mono text-muted">{fields.join(", ")}</span> : null;
}

/** Every field the PSA receives, with the text as it is sent. */
function Exact({ steps, rendered }: { readonly steps: readonly PreviewStep[]; readonly rendered: string }): ReactNode {
  const [open, setOpen] = useState(false);
  const written = steps.filter((step) => step.fields.length > 0);
  return (
    <>
      <TextButton className="!mx-0 mt-1.5 !px-0" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Hide the fields" : "Show every field"}
      </TextButton>
      {open ? (
        <section
          aria-label="Every field"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
          tabIndex={0}
          className="mt-1 max-h-60 overflow-auto rounded-md border border-default bg-code px-2.5 py-2 font-mono text-mono text-primary"
        >
          {written.map((step) => (
            <div key={step.step} className="mb-2 last:mb-0">
              <p className="text-muted">{step.step}</p>
              {step.fields.map((field) => (
                <p key={field.field} className="whitespace-pre-wrap pl-3 [overflow-wrap:anywhere]">
                  {field.field}: {field.from === null || field.from === undefined ? "" : `${show(field.from)} → `}
                  {field.to === rendered ? "the note above" : show(field.to)}
                </p>
              ))}
            </div>
          ))}
        </section>
      ) : null}
    </>
  );
}

/** What stands in the way of posting at all. A suspected leak may be let pass by an admin or the owner. */
export function Blockers({
  preview,
  mayPass,
  leakOk,
  onLeakOk,
}: {
  readonly preview: WritePreview;
  readonly mayPass: boolean;
  readonly leakOk: boolean;
  readonly onLeakOk: (ok: boolean) => void;
}): ReactNode {
  if (preview.blockers.length === 0) {
    return null;
  }
  return (
    <div
      role="alert"
      className="mx-4 mt-2.5 flex-none rounded-card border border-danger-tint bg-danger-dim px-3 py-2.5 text-row text-primary"
    >
      {preview.blockers.map((blocker) => (
        <div key={blocker.code} className="flex items-start gap-2">
          <TriangleAlert size={14} className="mt-0.5 flex-none text-danger" aria-hidden />
          <div>
            <p>{blocker.message}</p>
            {blocker.details ? <LeakDetails details={blocker.details} /> : null}
            {blocker.code === "leak_suspected" && mayPass ? (
              <Checkbox
                checked={leakOk}
                onChange={onLeakOk}
                label={<span className="text-primary">I checked it, let it pass</span>}
              />
            ) : blocker.code === "leak_suspected" ? (
              <p className="text-hint text-muted-foreground">Only an admin or the owner may let it pass.</p>
            ) : null}
          </div>
        </div>
      ))}
    </div>
  );
}

function LeakDetails({ details }: { readonly details: Readonly<Record<string, unknown>> }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <TextButton tone="accent" className="!mx-0 !px-0" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Hide" : "Show"}
      </TextButton>
      {open ? <pre className="whitespace-pre-wrap font-mono text-mono">{show(details)}</pre> : null}
    </>
  );
}

/** Who sees it, who is mailed and what becomes of the status, in one line. */
function inShort(preview: WritePreview): string {
  const note = preview.steps.find((step) => step.step === "note");
  const status = preview.steps.find((step) => step.step === "status");
  return [
    note?.visibility === "customer" ? "Customer can see this" : "Internal only",
    MAIL[worst(preview.steps).emails],
    status && !status.skip_reason && preview.target_status
      ? `${preview.status?.name ?? "Unknown"} to ${preview.target_status.name}`
      : "status stays",
  ].join(" · ");
}

function noteWords(preview: WritePreview, note: PreviewStep | undefined): string {
  return note?.skip_reason ?? `${preview.length} characters`;
}

/** The PSA's own switches that are on: the kind of note. */
function flags(note: PreviewStep | undefined): readonly string[] {
  return (note?.fields ?? []).filter((field) => field.to === true && !isMail(field)).map((field) => field.field);
}

function mailFields(note: PreviewStep | undefined): readonly string[] {
  return (note?.fields ?? []).filter(isMail).map((field) => `${field.field}: ${show(field.to)}`);
}

const isMail = (field: FieldChange) => /notif|e-?mail/i.test(field.field);

function worst(steps: readonly PreviewStep[]): PreviewStep {
  const order: readonly EmailEffect[] = ["contact", "resources", "workflow", "unknown"];
  const found = order.map((effect) => steps.find((step) => step.emails === effect)).find((step) => step !== undefined);
  return (
    found ?? steps[0] ?? { step: "note", fields: [], visibility: null, emails: "none", why: "", skip_reason: null }
  );
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
