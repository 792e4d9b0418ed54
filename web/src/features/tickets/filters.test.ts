import { describe, expect, test } from "vitest";
import { ANY_TICKET } from "@/api/tickets";
import { isFiltered, memberOf, readView, setFilters, writeView } from "./filters";

describe("the address of the ticket list", () => {
  test("an empty address shows all open tickets and nothing is written for them", () => {
    expect(readView({})).toEqual({ ask: ANY_TICKET, ticket: null });
    expect(writeView(readView({}))).toEqual({});
  });

  test("every filter survives the way to the address and back", () => {
    const ask = {
      assignment: "member:153",
      boards: ["11", "12"],
      status: "Waiting customer",
      priorities: ["6"],
      company: "204",
      closed: "all",
      text: "vpn 809",
    } as const;
    const address = writeView({ ask, ticket: "48293" });
    expect(address).toEqual({
      who: "member:153",
      board: "11,12",
      status: "Waiting customer",
      priority: 6,
      company: 204,
      state: "all",
      q: "vpn 809",
      ticket: 48_293,
    });
    expect(readView(address)).toEqual({ ask, ticket: "48293" });
  });

  test("what was typed by hand is read too: numbers, lists, odd words", () => {
    const { ask, ticket } = readView({ ticket: "T20261112.0007", board: [11, "12", 11], q: 48_293, status: true });
    expect(ticket).toBe("T20261112.0007");
    expect(ask.boards).toEqual(["11", "12"]);
    expect(ask.text).toBe("48293");
    expect(ask.status).toBe("true");
  });

  test.each([
    { who: "everybody" },
    { who: "member:" },
    { who: "member:1 or 1=1" },
    { board: "../../11" },
    { company: { id: 1 } },
    { state: "open)" },
    { ticket: "4829 3" },
    { q: null },
  ])("what cannot be meant counts as not set: %j", (search) => {
    expect(readView(search)).toEqual({ ask: ANY_TICKET, ticket: null });
  });

  test("a text is cut to what the server takes", () => {
    expect(readView({ q: "x".repeat(500) }).ask.text).toHaveLength(200);
  });

  test("counts the filters behind the button, and knows when any is set", () => {
    expect(setFilters({ ...ANY_TICKET, text: "vpn", assignment: "mine" })).toBe(0);
    expect(setFilters({ ...ANY_TICKET, boards: ["11"], status: "New", closed: "all", assignment: "member:153" })).toBe(
      4,
    );
    expect(isFiltered(ANY_TICKET)).toBe(false);
    expect(isFiltered({ ...ANY_TICKET, text: "vpn" })).toBe(true);
    expect(memberOf({ ...ANY_TICKET, assignment: "member:153" })).toBe("153");
    expect(memberOf({ ...ANY_TICKET, assignment: "mine" })).toBeNull();
  });
});
