import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { hasRole, useSignedIn } from "@/api/auth";
import { useMyMember, usePsaName, usePsaStatus } from "@/api/psa";
import type { PsaRules } from "@/api/types";
import type { WritePreview } from "@/api/write-types";
import { Input } from "@/components/ui";

const MOST = 1440;

export interface Minutes {
  /** As typed, or as proposed until somebody types. */
  readonly shown: string;
  readonly type: (text: string) => void;
  /** What is asked to be booked; null leaves it to the settings. */
  readonly named: number | null;
  readonly error: string | null;
  /** Whether time is booked at all, and asked for. */
  readonly mode: PsaRules["time_entry"];
  readonly rounding: PsaRules["time_rounding"];
  /** Nobody in the PSA is this person, so no time can be booked for them. */
  readonly unmapped: boolean;
}

/** The minutes of a note: proposed as the session's clock and the rules say, corrected by the person. */
export function useMinutes(proposed: number | null, linked: boolean): Minutes {
  const rules = usePsaStatus().data?.rules;
  const [typed, setTyped] = useState<string | null>(null);
  const booked = linked && rules !== undefined && rules !== null && rules.time_rounding !== "none";
  const mode = booked ? rules.time_entry : "off";
  const me = useMyMember(mode !== "off");
  const shown = typed ?? (proposed === null ? "" : String(proposed));
  const text = shown.trim();
  const right = /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST;
  const unmapped = me.data?.member === null;
  // What was only measured is named where the person is asked; where it is booked by itself only a correction is.
  const asked = mode === "prompt" || (mode === "auto" && typed !== null);
  return {
    shown,
    type: setTyped,
    named: asked && right && !unmapped ? Number(text) : null,
    error: mode !== "off" && !unmapped && text !== "" && !right ? `A whole number from 1 to ${MOST}` : null,
    mode,
    rounding: rules?.time_rounding ?? "none",
    unmapped,
  };
}

/** The row *Time* of what will be written: the minutes to correct, and what is booked for them. */
export function MinutesRow({ minutes, write }: { readonly minutes: Minutes; readonly write: WritePreview }): ReactNode {
  if (minutes.unmapped) {
    return <Unmapped />;
  }
  const step = write.steps.find((one) => one.step === "time");
  return (
    <span className="block w-full text-row">
      <span className="flex flex-wrap items-center gap-2">
        <Input
          aria-label="Minutes worked"
          aria-invalid={minutes.error ? true : undefined}
          inputMode="numeric"
          value={minutes.shown}
          maxLength={5}
          className="!w-16 text-right tabular-nums"
          onChange={(event) => minutes.type(event.target.value.replaceAll(/[^\d]/g, ""))}
        />
        minutes
        <span className="text-hint text-muted-foreground">{ROUNDING[minutes.rounding]}</span>
      </span>
      <span className={minutes.error ? "block text-danger" : "block text-hint text-muted-foreground"}>
        {minutes.error ?? booked(minutes, step?.skip_reason ?? null, step?.why ?? null)}
      </span>
    </span>
  );
}

const ROUNDING: Readonly<Record<PsaRules["time_rounding"], string>> = {
  "15": "rounded up to the next 15",
  "30": "rounded up to the next 30",
  exact: "to the minute",
  none: "not booked",
};

function booked({ mode, shown, named }: Minutes, skipped: string | null, why: string | null): string {
  if (shown.trim() === "") {
    return mode === "auto"
      ? "Nothing was measured. Type the minutes, or none are booked."
      : "Empty: no time is booked.";
  }
  // The plan shown is still the one without these minutes.
  if (skipped && named !== null) {
    return "Looking up what is booked";
  }
  return why ?? "No time is booked.";
}

function Unmapped(): ReactNode {
  const psa = usePsaName();
  const { user } = useSignedIn();
  return (
    <span>
      Not booked: you are nobody in {psa} yet.{" "}
      {hasRole(user, "admin") ? (
        <Link to="/account/integrations" className="font-medium text-accent">
          Map people
        </Link>
      ) : (
        <span className="text-muted-foreground">An admin maps you under Account, Integrations.</span>
      )}
    </span>
  );
}
