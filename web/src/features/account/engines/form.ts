import type { AiMode, AiProvider, AiSettingsIn, AiSettingsOut, AiTestIn } from "@/api/ai";

/** The engine settings as they are typed; numbers are text until they are sent. */
export interface EngineForm {
  readonly mode: AiMode;
  readonly provider: AiProvider;
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The stored key is to be deleted on save. */
  readonly dropKey: boolean;
  readonly modelStandard: string;
  readonly modelFast: string;
  readonly budget: string;
  readonly warnPercent: string;
  readonly msLearn: boolean;
  readonly images: boolean;
  readonly prices: readonly PriceRow[];
}

export interface PriceRow {
  readonly model: string;
  readonly input: string;
  readonly output: string;
  readonly cacheRead: string;
  readonly cacheWrite: string;
}

export type FieldName =
  | "baseUrl"
  | "apiKey"
  | "modelStandard"
  | "modelFast"
  | "budget"
  | "warnPercent"
  | `price-${number}`;
export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>;

export const NO_PRICE: PriceRow = { model: "", input: "", output: "", cacheRead: "", cacheWrite: "" };

export function formOf(settings: AiSettingsOut): EngineForm {
  return {
    mode: settings.mode,
    provider: settings.provider ?? "anthropic",
    baseUrl: settings.base_url ?? "",
    apiKey: "",
    dropKey: false,
    modelStandard: settings.model_standard ?? "",
    modelFast: settings.model_fast ?? "",
    budget: numberText(settings.monthly_budget_usd),
    warnPercent: String(settings.warn_percent),
    msLearn: settings.ms_learn_enabled,
    images: settings.images_enabled,
    prices: settings.prices
      .filter((price) => price.own)
      .map((price) => ({
        model: price.model,
        input: numberText(price.input),
        output: numberText(price.output),
        cacheRead: numberText(price.cache_read),
        cacheWrite: numberText(price.cache_write),
      })),
  };
}

function numberText(value: number | null): string {
  return value === null ? "" : String(value);
}

/** The stored key goes on only with the provider and address it was stored for. */
export function keepsKey(form: EngineForm, settings: AiSettingsOut): boolean {
  return (
    settings.key_set &&
    !form.dropKey &&
    form.provider === settings.provider &&
    cleanUrl(form.baseUrl) === (settings.base_url ?? null)
  );
}

export function cleanUrl(text: string): string | null {
  return text.trim().replace(/\/+$/, "") || null;
}

/** What is wrong, by field; empty when it can be sent. */
export function errorsOf(form: EngineForm, settings: AiSettingsOut): FieldErrors {
  const errors: Partial<Record<FieldName, string>> = {};
  if (form.mode === "own") {
    if (form.provider === "openai_compatible" && !form.baseUrl.trim()) {
      errors.baseUrl = "An OpenAI-compatible server needs its address";
    }
    if (form.provider !== "openai_compatible" && !form.apiKey.trim() && !keepsKey(form, settings)) {
      errors.apiKey = "This provider needs a key";
    }
    if (!form.modelStandard.trim()) {
      errors.modelStandard = "Name the model";
    }
  }
  for (const name of ["modelStandard", "modelFast"] as const) {
    if (/\s/.test(form[name].trim())) {
      errors[name] = "A model name has no spaces";
    }
  }
  if (form.budget.trim() && amount(form.budget) === null) {
    errors.budget = "An amount in US dollars, for example 50";
  }
  const warn = Number(form.warnPercent);
  if (!/^\d+$/.test(form.warnPercent.trim()) || warn < 1 || warn > 100) {
    errors.warnPercent = "A whole number from 1 to 100";
  }
  form.prices.forEach((row, index) => {
    const twice = form.prices.findIndex((other) => other.model.trim() === row.model.trim()) !== index;
    if (!row.model.trim() || /\s/.test(row.model.trim())) {
      errors[`price-${index}`] = "Name the model as the provider does, without spaces";
    } else if (twice) {
      errors[`price-${index}`] = "This model stands here twice";
    } else if (amount(row.input) === null || amount(row.output) === null) {
      errors[`price-${index}`] = "Input and output need a price, 0 for a server of your own";
    } else if ([row.cacheRead, row.cacheWrite].some((text) => text.trim() && amount(text) === null)) {
      errors[`price-${index}`] = "Cache prices are amounts, or empty";
    }
  });
  return errors;
}

/** A sum of money as typed (also with a decimal comma), or null. */
export function amount(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  return /^\d{1,6}(\.\d{1,6})?$/.test(plain) ? Number(plain) : null;
}

export function bodyOf(form: EngineForm, version: number): AiSettingsIn {
  const key = form.apiKey.trim();
  return {
    mode: form.mode,
    provider: form.provider,
    base_url: cleanUrl(form.baseUrl),
    ...(key ? { api_key: key } : form.dropKey ? { api_key: null } : {}),
    model_standard: form.modelStandard.trim() || null,
    model_fast: form.modelFast.trim() || null,
    monthly_budget_usd: form.budget.trim() ? amount(form.budget) : null,
    warn_percent: Number(form.warnPercent),
    ms_learn_enabled: form.msLearn,
    images_enabled: form.images,
    prices: form.prices.map((row) => ({
      model: row.model.trim(),
      input: amount(row.input) ?? 0,
      output: amount(row.output) ?? 0,
      cache_read: row.cacheRead.trim() ? amount(row.cacheRead) : null,
      cache_write: row.cacheWrite.trim() ? amount(row.cacheWrite) : null,
    })),
    version,
  };
}

/** What *Test* sends: the form as it stands, or nothing when the installation's model is tested. */
export function testOf(form: EngineForm): AiTestIn | null {
  if (form.mode !== "own") {
    return null;
  }
  const key = form.apiKey.trim();
  return {
    provider: form.provider,
    base_url: cleanUrl(form.baseUrl),
    ...(key ? { api_key: key } : {}),
    model_standard: form.modelStandard.trim(),
    model_fast: form.modelFast.trim() || null,
  };
}
