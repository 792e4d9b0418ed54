import type { WriteOptions } from "@/api/write-types";

const NONE: WriteOptions = {};

/** What posting says beyond the settings. */
export function optionsOf(minutes: number | null): WriteOptions {
  return minutes === null ? NONE : { time_minutes: minutes };
}
