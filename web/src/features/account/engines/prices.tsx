import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { AiSettingsOut } from "@/api/ai";
import { Button, Field, IconButton, Input } from "@/components/ui";
import { SettingsCard } from "../frame";
import { type EngineForm, type FieldErrors, NO_PRICE, type PriceRow } from "./form";

interface PricesProps {
  readonly form: EngineForm;
  readonly settings: AiSettingsOut;
  readonly errors: FieldErrors;
  readonly change: (change: Partial<EngineForm>) => void;
}

const COLUMNS: ReadonlyArray<readonly [name: keyof PriceRow, label: string]> = [
  ["input", "Input"],
  ["output", "Output"],
  ["cacheRead", "Cache read"],
  ["cacheWrite", "Cache write"],
];

/** What models cost, so that the budget can hold. */
export function Prices({ form, settings, errors, change }: PricesProps): ReactNode {
  const listed = settings.prices.filter((price) => !price.own);
  const missing = settings.unpriced_models.filter((model) => !form.prices.some((row) => row.model.trim() === model));
  const set = (index: number, part: Partial<PriceRow>) =>
    change({ prices: form.prices.map((row, at) => (at === index ? { ...row, ...part } : row)) });
  return (
    <SettingsCard
      title="Prices"
      hint="US dollars for a million tokens. Empty cache prices count as input. A model without a price is counted as unpriced, never as free."
    >
      {form.prices.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity while they are typed
        <fieldset key={index} className="flex flex-wrap items-end gap-2">
          <legend className="sr-only">Price of {row.model || "a new model"}</legend>
          <Field label="Model" error={errors[`price-${index}`]} className="min-w-44 flex-[2]">
            <Input
              value={row.model}
              maxLength={200}
              spellCheck={false}
              onChange={(event) => set(index, { model: event.target.value })}
            />
          </Field>
          {COLUMNS.map(([name, label]) => (
            <Field key={name} label={label} className="w-21">
              <Input
                value={row[name]}
                inputMode="decimal"
                onChange={(event) => set(index, { [name]: event.target.value })}
              />
            </Field>
          ))}
          <IconButton
            icon={Trash2}
            label={`Remove the price of ${row.model || "this row"}`}
            onClick={() => change({ prices: form.prices.filter((_, at) => at !== index) })}
          />
        </fieldset>
      ))}
      {listed.length > 0 ? (
        <ul aria-label="List prices in use" className="flex flex-col gap-1 text-row text-muted-foreground">
          {listed.map((price) => (
            <li key={price.model} className="flex flex-wrap gap-x-3">
              <span className="font-mono text-mono leading-5 text-primary">{price.model}</span>
              <span className="tabular-nums">
                {price.input} in, {price.output} out
              </span>
              <span>
                {settings.mode === "platform"
                  ? "set by the operator or the provider's list"
                  : `provider's list, ${settings.list_prices_of}`}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {missing.map((model) => (
          <Button
            key={model}
            size="lane"
            icon={Plus}
            onClick={() => change({ prices: [...form.prices, { ...NO_PRICE, model }] })}
          >
            Price of {model}
          </Button>
        ))}
        <Button size="lane" variant="ghost" icon={Plus} onClick={() => change({ prices: [...form.prices, NO_PRICE] })}>
          Add a price
        </Button>
      </div>
    </SettingsCard>
  );
}
