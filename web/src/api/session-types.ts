import type * as Schema from "./schema.gen";

/** The names of the session view for the generated types. Times are ISO 8601, ids UUIDs, offsets count code points. */
export type SessionDetail = Schema.SessionDetail;
export type SessionRow = Schema.SessionRow;
export type SessionStatus = SessionDetail["status"];
export type Message = Schema.MessageOut;
export type MessagePage = Schema.MessagePage;
export type Notice = Schema.Notice;
export type NoticeKind = Notice["kind"];
export type Turn = Schema.TurnOut;
export type TurnStatus = Turn["status"];
export type Engine = NonNullable<Turn["engine"]>;
export type Lane = Schema.LaneOut;
export type LaneItem = Schema.LaneItemOut;
/** An item of the running answer: what was asked, with the id it will be stored under. */
export type ComingItem = Schema.TurnLaneItem;
export type LaneItemResult = Schema.LaneItemResult;
export type Shell = NonNullable<LaneItem["shell"]>;
export type Risk = NonNullable<LaneItem["command_risk"]>;
export type RunScript = Schema.RunScript;
export type RunShell = RunScript["shell"];
export type LeftOutReason = RunScript["left_out"][number]["reason"];
export type OutputsResult = Schema.OutputsResult;
export type Fact = Schema.FactOut;
export type FactSource = Fact["source_type"];
export type Grounding = Fact["grounding"];
export type Evidence = Schema.Evidence;
export type Fix = Schema.FixOut;
export type FixOutcome = Exclude<Fix["status"], "proposed">;
export type FixDecisionResult = Schema.DecisionResult;
export type OutcomeProposal = Schema.OutcomeProposal;
