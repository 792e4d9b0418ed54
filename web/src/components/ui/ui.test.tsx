import { screen, waitFor, within } from "@testing-library/react";
import { Copy, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { describe, expect, test, vi } from "vitest";
import { ApiError } from "@/lib/api-error";
import { axe } from "@/test/axe";
import { renderPart } from "@/test/render";
import {
  Button,
  Checkbox,
  Combobox,
  ConfirmButton,
  Dialog,
  EmptyState,
  Field,
  IconButton,
  InlineError,
  Input,
  Menu,
  Pill,
  Popover,
  SaveState,
  Segmented,
  Switch,
  Textarea,
  Time,
} from ".";

describe("Button", () => {
  test("that is busy ignores a second press and keeps its name and focus", async () => {
    const press = vi.fn();
    const { user, rerender } = renderPart(<Button onClick={press}>Apply fix</Button>);
    const button = screen.getByRole("button", { name: "Apply fix" });
    await user.click(button);
    rerender(
      <Button busy onClick={press}>
        Apply fix
      </Button>,
    );
    await user.click(screen.getByRole("button", { name: "Apply fix" }));
    expect(press).toHaveBeenCalledOnce();
    expect(button).toHaveFocus();
    expect(button).toHaveAttribute("aria-busy", "true");
  });

  test("that is off says why, can be reached, and submits no form", async () => {
    const submit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
    const { user } = renderPart(
      <form onSubmit={submit}>
        <Button type="submit" disabledReason="Only an owner can change this">
          Save
        </Button>
      </form>,
    );
    const button = screen.getByRole("button", { name: /Save/ });
    expect(button).toHaveAccessibleDescription("Only an owner can change this");
    await user.tab();
    expect(button).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(submit).not.toHaveBeenCalled();
  });
});

describe("ConfirmButton", () => {
  test("acts on the second press only; Esc cancels", async () => {
    const remove = vi.fn();
    const { user } = renderPart(
      <ConfirmButton question="Confirm delete?" onConfirm={remove} icon={Trash2}>
        Delete
      </ConfirmButton>,
    );
    await user.click(screen.getByRole("button", { name: "Delete" }));
    expect(screen.getByRole("button", { name: "Confirm delete?" })).toHaveFocus();
    await user.keyboard("{Escape}");
    expect(screen.getByRole("button", { name: "Delete" })).toBeInTheDocument();
    expect(remove).not.toHaveBeenCalled();
    await user.dblClick(screen.getByRole("button", { name: "Delete" }));
    expect(remove).toHaveBeenCalledOnce();
  });
});

describe("Field", () => {
  test("ties label, hint and error to its control", () => {
    renderPart(
      <Field label="Server" hint="The name as in the directory" error="A name has no blanks">
        <Input defaultValue="TCV DC01" />
      </Field>,
    );
    const input = screen.getByRole("textbox", { name: "Server" });
    expect(input).toBeInvalid();
    expect(input).toHaveAccessibleDescription("A name has no blanks The name as in the directory");
  });

  test("counts from 80 % of the limit on", () => {
    const field = (length: number) => (
      <Field label="Note" counter={{ length, max: 500 }}>
        <Textarea />
      </Field>
    );
    const { rerender } = renderPart(field(399));
    expect(screen.queryByText("399 / 500")).not.toBeInTheDocument();
    rerender(field(400));
    expect(screen.getByText("400 / 500")).toBeInTheDocument();
  });
});

function Choices({ multiple }: { readonly multiple: boolean }): ReactNode {
  const [value, setValue] = useState<readonly string[]>([]);
  const options = ["Service desk", "Projects", "Alerts"].map((label) => ({ value: label.toLowerCase(), label }));
  return (
    <Combobox
      label="Board"
      placeholder="All boards"
      options={options}
      value={value}
      onChange={setValue}
      multiple={multiple}
    />
  );
}

describe("Combobox", () => {
  test("chooses one by keyboard alone and gives the focus back", async () => {
    const { user } = renderPart(<Choices multiple={false} />);
    await user.tab();
    await user.keyboard("{Enter}");
    await screen.findByRole("option", { name: /Projects/ });
    await user.keyboard("{ArrowDown}{Enter}");
    expect(await screen.findByRole("button", { name: "Board: Projects" })).toHaveFocus();
  });

  test("chooses several and clears them", async () => {
    const { user } = renderPart(<Choices multiple />);
    await user.click(screen.getByRole("button", { name: "Board: All boards" }));
    await user.click(await screen.findByRole("option", { name: /Alerts/ }));
    await user.click(screen.getByRole("option", { name: /Projects/ }));
    expect(screen.getByText("2 chosen")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Clear" }));
    expect(screen.getByText("All boards")).toBeInTheDocument();
  });
});

test("Menu closes when its button scrolls away and stays while anything else scrolls; its acts run", async () => {
  const copy = vi.fn();
  let top = 0;
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(() => new DOMRect(0, top, 80, 30));
  const { user } = renderPart(
    <>
      <div data-testid="holder">
        <Menu
          label="More"
          trigger={<button type="button">More</button>}
          items={[{ label: "Copy link", icon: Copy, onSelect: copy }]}
        />
      </div>
      <div data-testid="other">A conversation that is being written</div>
    </>,
  );
  await user.click(screen.getByRole("button", { name: "More" }));
  screen.getByTestId("other").dispatchEvent(new Event("scroll"));
  expect(screen.getByRole("menu")).toBeInTheDocument();
  top -= 10;
  screen.getByTestId("holder").dispatchEvent(new Event("scroll"));
  expect(screen.getByRole("menu")).toBeInTheDocument();
  top -= 30;
  screen.getByTestId("holder").dispatchEvent(new Event("scroll"));
  await waitFor(() => expect(screen.queryByRole("menu")).not.toBeInTheDocument());
  await user.click(screen.getByRole("button", { name: "More" }));
  top -= 30;
  document.dispatchEvent(new Event("scroll"));
  await waitFor(() => expect(screen.queryByRole("menu")).not.toBeInTheDocument());
  await user.click(screen.getByRole("button", { name: "More" }));
  await user.click(screen.getByRole("menuitem", { name: "Copy link" }));
  expect(copy).toHaveBeenCalledOnce();
});

function Persistent(): ReactNode {
  const [open, setOpen] = useState(true);
  return (
    <>
      <button type="button">Elsewhere</button>
      <Popover
        open={open}
        onOpenChange={setOpen}
        persistent
        label="Preview"
        trigger={<button type="button">Resolve</button>}
      >
        <p>The note</p>
      </Popover>
    </>
  );
}

test("a persistent Popover stays on outside presses and closes on Esc", async () => {
  const { user } = renderPart(<Persistent />);
  await user.click(screen.getByRole("button", { name: "Elsewhere", hidden: true }));
  expect(screen.getByText("The note")).toBeInTheDocument();
  screen.getByRole("dialog", { name: "Preview" }).focus();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByText("The note")).not.toBeInTheDocument());
});

test("Dialog asks before it throws typed text away", async () => {
  const close = vi.fn();
  const { user } = renderPart(
    <Dialog open onClose={close} title="New ticket" unsaved>
      <p>Text</p>
    </Dialog>,
  );
  const dialog = screen.getByRole("dialog", { name: "New ticket" });
  await user.keyboard("{Escape}");
  expect(close).not.toHaveBeenCalled();
  expect(within(dialog).getByRole("alert")).toHaveTextContent("Discard what you typed?");
  await user.click(within(dialog).getByRole("button", { name: "Discard" }));
  expect(close).toHaveBeenCalledOnce();
});

test("Dialog starts in its first field", () => {
  renderPart(
    <Dialog open onClose={() => undefined} title="New ticket">
      <Field label="Summary">
        <Input />
      </Field>
    </Dialog>,
  );
  expect(screen.getByRole("textbox", { name: "Summary" })).toHaveFocus();
});

test("Segmented keeps one chosen", async () => {
  const change = vi.fn();
  const options = [
    { value: "mine", label: "My tickets", count: 6 },
    { value: "open", label: "Unassigned" },
  ] as const;
  const { user } = renderPart(<Segmented label="Queue" value="mine" options={options} onChange={change} />);
  await user.click(screen.getByRole("radio", { name: /My tickets/ }));
  expect(change).not.toHaveBeenCalled();
  await user.click(screen.getByRole("radio", { name: "Unassigned" }));
  expect(change).toHaveBeenCalledExactlyOnceWith("open");
});

test("InlineError shows the server's words, the way on and the request id", async () => {
  const retry = vi.fn();
  const { user } = renderPart(
    <InlineError
      title="The preview could not be made"
      error={new ApiError(500, "internal", "Facts and fixes are safe.", { requestId: "req-9" })}
      onRetry={retry}
    />,
  );
  const alert = screen.getByRole("alert");
  expect(alert).toHaveTextContent("The preview could not be made");
  expect(alert).toHaveTextContent("Facts and fixes are safe.");
  await user.click(within(alert).getByRole("button", { name: "Retry" }));
  expect(retry).toHaveBeenCalledOnce();
  await user.click(within(alert).getByRole("button", { name: "Copy request id" }));
  expect(await navigator.clipboard.readText()).toBe("req-9");
});

test("the kit has no accessibility fault that can be found by a machine", async () => {
  const { container } = renderPart(
    <main>
      <h1>Kit</h1>
      <Button variant="primary">Send</Button>
      <Button disabledReason="Nothing to send">Send later</Button>
      <IconButton icon={Copy} label="Copy" />
      <Field label="Server" error="A name has no blanks">
        <Input />
      </Field>
      <Checkbox checked onChange={() => undefined} label="Keep me signed in" />
      <Switch checked={false} onChange={() => undefined} label="Single-key shortcuts" hint="Off while typing" />
      <Segmented label="Queue" value="a" options={[{ value: "a", label: "Mine" }]} onChange={() => undefined} />
      <Choices multiple={false} />
      <Pill tone="warning">94% confidence</Pill>
      <SaveState state="saved" at="2026-11-20T14:02:00Z" />
      <Time value="2026-11-20T14:02:00Z" />
      <EmptyState icon={Copy} title="No session matches" hint="The filter hides 28 sessions" />
      <InlineError title="Not sent" text="Your text is kept here." onRetry={() => undefined} />
    </main>,
  );
  expect(await axe(container)).toEqual([]);
});
