-- Who may read a session (sessions-api.md 1). Handoffs add their people when they exist.
CREATE FUNCTION rf_session_readable(s ai_sessions, p_user uuid, p_role text, p_team boolean) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_role IN ('admin', 'owner') OR s.user_id = p_user OR s.handler_id IS NOT DISTINCT FROM p_user
      OR s.escalated_to_id IS NOT DISTINCT FROM p_user OR s.status IN ('escalated', 'requesting_escalation') OR p_team
$$;

-- Why a person may not write a session; null when they may.
CREATE FUNCTION rf_session_no_write(s ai_sessions, p_user uuid, p_role text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_role = 'viewer' THEN 'viewer'
    WHEN s.user_id = p_user OR s.handler_id IS NOT DISTINCT FROM p_user
      THEN CASE WHEN s.status IN ('resolved', 'abandoned') THEN 'closed' END
    WHEN s.status IN ('escalated', 'requesting_escalation') THEN 'awaiting_pickup'
    ELSE 'not_handler'
  END
$$;

CREATE FUNCTION rf_person(p_account uuid, p_user uuid) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT json_build_object('id', u.id, 'name', u.name) FROM users u WHERE u.account_id = p_account AND u.id = p_user
$$;

CREATE FUNCTION rf_lane_json(p_account uuid, p_session uuid) RETURNS json
LANGUAGE sql STABLE AS $$
  WITH items AS (
    SELECT id, kind, text, context, description, options, command, shell, command_risk, risk_reason, state, answer, answer_kind,
           option_index, output, output_cut, skip_reason, settled_by, settled_at, first_turn_id, last_turn_id, sent_turn_id,
           position, created_at, updated_at
      FROM session_lane_items WHERE account_id = p_account AND session_id = p_session
  )
  SELECT json_build_object(
    'questions', coalesce((SELECT json_agg(row_to_json(i) ORDER BY i.position, i.id) FROM items i WHERE i.kind = 'question'), '[]'),
    'checks', coalesce((SELECT json_agg(row_to_json(i) ORDER BY i.position, i.id) FROM items i WHERE i.kind = 'check'), '[]'),
    'counts', (SELECT json_build_object(
      'open_questions', count(*) FILTER (WHERE kind = 'question' AND state = 'open'),
      'open_checks', count(*) FILTER (WHERE kind = 'check' AND state = 'open'),
      'settled', count(*) FILTER (WHERE state IN ('answered', 'done', 'skipped')),
      'retired', count(*) FILTER (WHERE state = 'retired'),
      'unsent', count(*) FILTER (WHERE state IN ('answered', 'done', 'skipped') AND sent_turn_id IS NULL)) FROM items))
$$;

CREATE FUNCTION rf_facts_json(p_account uuid, p_session uuid) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(row_to_json(f) ORDER BY f.created_at, f.id), '[]') FROM (
    SELECT id, session_id, turn_id, text, source_type, source_ref, source_summary, evidence, grounding, created_by, created_at,
           updated_at, source_type IN ('user_note', 'ai_synthesis') AS editable
      FROM session_facts WHERE account_id = p_account AND session_id = p_session AND deleted_at IS NULL) f
$$;

CREATE FUNCTION rf_fix_json(f session_suggested_fixes) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT row_to_json(x) FROM (
    SELECT f.id, f.session_id, f.turn_id, f.title, f.description, f.confidence_pct, f.script_template_id, f.ai_drafted_script,
           f.ai_drafted_parameters, f.edited_script, f.parameters_used, f.user_decision, f.decided_at, f.decided_by, f.status,
           f.applied_at, f.applied_by, f.verified_at, f.partial_notes, f.failure_reason, f.ai_outcome_proposal,
           f.superseded_at, f.superseded_by, f.created_at, f.updated_at,
           CASE WHEN f.applied_at IS NULL THEN 0 ELSE (
             SELECT count(*) FROM ai_session_messages m
              WHERE m.account_id = f.account_id AND m.session_id = f.session_id AND m.role = 'engineer' AND m.seq > coalesce((
                SELECT max((e.detail ->> 'after_seq')::int) FROM session_fix_events e
                 WHERE e.account_id = f.account_id AND e.fix_id = f.id AND e.detail ? 'after_seq'), 0)) END AS messages_since_apply) x
$$;

CREATE FUNCTION rf_turn_json(t ai_session_turns) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT row_to_json(x) FROM (
    SELECT t.id, t.session_id, t.client_turn_id, t.user_message_id, t.reply_message_id, t.retry_of, t.status, t.engine, t.provider,
           t.model, t.text_so_far AS text, t.error_code, t.error_text, t.retryable, t.markers, t.usage, t.notices,
           t.suggested_flows, t.state_version_after, t.created_at, t.started_at, t.first_delta_at, t.finished_at) x
$$;

-- The newest p_limit messages before p_before (null: the newest of all), oldest first.
CREATE FUNCTION rf_messages_json(p_account uuid, p_session uuid, p_before int, p_limit int) RETURNS json
LANGUAGE sql STABLE AS $$
  WITH page AS (
    SELECT m.id, m.seq, m.role, m.kind, m.author_id, m.content, m.meta, m.turn_id, m.created_at
      FROM ai_session_messages m
     WHERE m.account_id = p_account AND m.session_id = p_session AND m.seq < coalesce(p_before, 2147483647)
     ORDER BY m.seq DESC LIMIT p_limit + 1
  ), kept AS (SELECT * FROM page ORDER BY seq DESC LIMIT p_limit)
  SELECT json_build_object(
    'items', coalesce(json_agg(json_build_object(
      'id', k.id, 'seq', k.seq, 'role', k.role, 'kind', k.kind,
      'author', CASE WHEN u.id IS NULL THEN NULL ELSE json_build_object('id', u.id, 'name', u.name) END,
      'content', k.content,
      'meta', json_build_object('masked', coalesce(k.meta -> 'masked', '[]'), 'fix_id', k.meta -> 'fix_id',
        'outcome', k.meta -> 'outcome', 'reason', k.meta -> 'reason', 'ticket_ref', k.meta -> 'ticket_ref'),
      'turn', CASE WHEN t.id IS NULL THEN NULL ELSE json_build_object('id', t.id, 'status', t.status, 'engine', t.engine,
        'notices', t.notices, 'suggested_flows', t.suggested_flows, 'error_text', t.error_text, 'retryable', t.retryable) END,
      'created_at', k.created_at) ORDER BY k.seq), '[]'),
    'has_more', (SELECT count(*) FROM page) > p_limit)
  FROM kept k
  LEFT JOIN users u ON u.account_id = p_account AND u.id = k.author_id
  LEFT JOIN ai_session_turns t ON t.account_id = p_account AND t.id = k.turn_id
$$;

-- The whole answer of GET S, or '!not_found'. The tenant is set by the caller.
CREATE FUNCTION rf_session_json(p_account uuid, p_user uuid, p_role text, p_session uuid, p_include text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  s ai_sessions;
  parts text[] := string_to_array(coalesce(p_include, ''), ',');
  refusal text;
  team boolean;
  answer text;
BEGIN
  SELECT * INTO s FROM ai_sessions WHERE account_id = p_account AND id = p_session;
  IF NOT FOUND THEN
    RETURN '!not_found';
  END IF;
  team := coalesce((SELECT (preferences ->> 'team_can_view_sessions')::boolean FROM account_settings WHERE account_id = p_account), false);
  IF NOT rf_session_readable(s, p_user, p_role, team) THEN
    RETURN '!not_found';
  END IF;
  refusal := rf_session_no_write(s, p_user, p_role);
  SELECT row_to_json(x)::text INTO answer FROM (
    SELECT s.id, s.title, s.title_source, s.status, s.problem_summary, s.problem_domain, s.intake_type,
           s.intake_content ->> 'text' AS intake_text, s.client_name, s.contact_name, s.priority, s.psa_connection_id,
           s.psa_ticket_id, s.psa_ticket_ref AS ticket_ref, s.psa_context_status, s.psa_context_at, s.follow_up_of,
           s.state_version, s.message_count, s.resolution_summary, s.resolution_note_markdown, s.resolution_note_posted_at,
           s.resolution_note_external_id, s.escalation_reason, s.abandon_reason, s.created_at, s.updated_at, s.last_activity_at,
           s.paused_at, s.escalated_at, s.resolved_at, s.abandoned_at,
           rf_person(p_account, s.user_id) AS owner,
           CASE WHEN s.handler_id IS NULL THEN NULL ELSE rf_person(p_account, s.handler_id) END AS handler,
           json_build_object(
             'open_questions', (SELECT count(*) FROM session_lane_items WHERE account_id = p_account AND session_id = s.id AND state = 'open' AND kind = 'question'),
             'open_checks', (SELECT count(*) FROM session_lane_items WHERE account_id = p_account AND session_id = s.id AND state = 'open' AND kind = 'check'),
             'facts', (SELECT count(*) FROM session_facts WHERE account_id = p_account AND session_id = s.id AND deleted_at IS NULL),
             'fixes', (SELECT count(*) FROM session_suggested_fixes WHERE account_id = p_account AND session_id = s.id)) AS counts,
           json_build_object(
             'can_write', refusal IS NULL,
             'can_resolve', refusal IS NULL,
             'can_escalate', (refusal IS NULL AND s.status IN ('active', 'paused')) OR (refusal = 'closed' AND s.status = 'resolved'),
             'can_share', refusal IS NULL OR refusal = 'closed' OR p_role IN ('admin', 'owner'),
             'reason', refusal) AS permissions,
           (SELECT t.id FROM ai_session_turns t WHERE t.account_id = p_account AND t.session_id = s.id
               AND t.status IN ('queued', 'running')) AS running_turn_id,
           (SELECT json_build_object('id', w.id, 'kind', w.kind, 'state', w.state) FROM psa_writes w
             WHERE w.account_id = p_account AND w.session_id = s.id AND w.kind IN ('resolution', 'escalation')
               AND w.state IN ('queued', 'running', 'waiting', 'blocked') ORDER BY w.created_at DESC LIMIT 1) AS open_write,
           CASE WHEN 'messages' = ANY(parts) THEN rf_messages_json(p_account, s.id, NULL, 50) END AS messages,
           CASE WHEN 'lane' = ANY(parts) THEN rf_lane_json(p_account, s.id) END AS lane,
           CASE WHEN 'facts' = ANY(parts) THEN rf_facts_json(p_account, s.id) END AS facts,
           CASE WHEN 'fix' = ANY(parts) THEN (SELECT rf_fix_json(f) FROM session_suggested_fixes f
             WHERE f.account_id = p_account AND f.session_id = s.id AND f.superseded_at IS NULL) END AS fix,
           CASE WHEN 'turn' = ANY(parts) THEN (SELECT rf_turn_json(t) FROM ai_session_turns t
             WHERE t.account_id = p_account AND t.session_id = s.id ORDER BY t.created_at DESC, t.id DESC LIMIT 1) END AS turn) x;
  RETURN answer;
END
$$;
