import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ApiError } from "@/lib/api-error";
import { RefusalLine } from "./refusal";

test("a ticket that changed meanwhile is named with what changed and by whom", () => {
  const details: unknown = JSON.parse(
    `{"changes": [{"field": "status", "then": "In progress", "now": "Resolved", "by": "Kit Tarrow"}]}`,
  );
  render(<RefusalLine error={new ApiError(409, "ticket_changed", "Nothing was sent.", { details })} />);
  expect(screen.getByRole("alert")).toHaveTextContent(
    "Nothing was sent.status: In progress to Resolved, by Kit Tarrow",
  );
});

test("a refusal without details still says what is safe", () => {
  render(<RefusalLine error={new ApiError(409, "ticket_changed", "Nothing was sent.")} />);
  expect(screen.getByRole("alert")).toHaveTextContent("Nothing was sent.");
});
