-- One row of a session list.
CREATE FUNCTION rf_session_row(s ai_sessions, p_user uuid, p_role text) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT row_to_json(x) FROM (
    SELECT s.id, s.title, s.status, s.client_name, s.psa_ticket_ref AS ticket_ref, s.priority,
           rf_person(s.account_id, s.user_id) AS owner,
           CASE WHEN s.handler_id IS NULL THEN NULL ELSE rf_person(s.account_id, s.handler_id) END AS handler,
           (SELECT f.status FROM session_suggested_fixes f
             WHERE f.account_id = s.account_id AND f.session_id = s.id AND f.superseded_at IS NULL) AS fix_status,
           (SELECT count(*) FROM session_lane_items i WHERE i.account_id = s.account_id AND i.session_id = s.id
               AND i.kind = 'question' AND i.state = 'open') AS open_questions,
           (SELECT count(*) FROM session_lane_items i WHERE i.account_id = s.account_id AND i.session_id = s.id
               AND i.kind = 'check' AND i.state = 'open') AS open_checks,
           EXISTS (SELECT FROM ai_session_turns t WHERE t.account_id = s.account_id AND t.session_id = s.id
               AND t.status IN ('queued', 'running')) AS running_turn,
           rf_session_no_write(s, p_user, p_role) IS NULL AS can_write,
           s.created_at, s.last_activity_at, s.resolved_at, NULL::json AS match) x
$$;

-- GET /ai-sessions without a search, in one round trip. Answers '!not_authenticated', or the sort values of the last row
-- ('activity|id', empty on the last page), a line feed, and the rows as a JSON array.
-- p_filters: scope, statuses[], owner_id, client_name, ticket, from, to, sort, after_at, after_id, limit. Values of
-- filters reach the query as parameters, never as text of it.
CREATE FUNCTION rf_hot_session_list(p_account uuid, p_user uuid, p_auth uuid, p_filters jsonb) RETURNS text
LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  caller_role text;
  team boolean;
  by_created boolean := p_filters ->> 'sort' = 'created';
  page_size int := (p_filters ->> 'limit')::int;
  filters text := '';
  ordering text;
  arms text[];
  arm text;
  query text := '';
  ids uuid[];
  last_id uuid;
  mark text := '';
BEGIN
  PERFORM set_config('app.account_id', p_account::text, true);
  caller_role := rf_caller_role(p_account, p_user, p_auth);
  IF caller_role IS NULL THEN
    RETURN '!not_authenticated';
  END IF;
  team := coalesce((SELECT (preferences ->> 'team_can_view_sessions')::boolean FROM account_settings WHERE account_id = p_account), false);

  IF jsonb_array_length(p_filters -> 'statuses') > 0 THEN
    filters := filters || ' AND s.status = ANY (ARRAY(SELECT jsonb_array_elements_text($3 -> ''statuses'')))';
  END IF;
  IF p_filters ? 'owner_id' THEN
    filters := filters || ' AND s.user_id = ($3 ->> ''owner_id'')::uuid';
  END IF;
  IF p_filters ? 'client_name' THEN
    filters := filters || ' AND lower(s.client_name) = lower($3 ->> ''client_name'')';
  END IF;
  IF p_filters ? 'ticket' THEN
    filters := filters || ' AND $3 ->> ''ticket'' IN (s.psa_ticket_id, s.psa_ticket_ref)';
  END IF;
  IF p_filters ? 'from' THEN
    filters := filters || format(' AND s.%I >= ($3 ->> ''from'')::timestamptz', CASE WHEN by_created THEN 'created_at' ELSE 'last_activity_at' END);
  END IF;
  IF p_filters ? 'to' THEN
    filters := filters || format(' AND s.%I < ($3 ->> ''to'')::timestamptz', CASE WHEN by_created THEN 'created_at' ELSE 'last_activity_at' END);
  END IF;
  IF by_created THEN
    ordering := ' ORDER BY id DESC';
    IF p_filters ? 'after_id' THEN
      filters := filters || ' AND s.id < ($3 ->> ''after_id'')::uuid';
    END IF;
  ELSE
    ordering := ' ORDER BY last_activity_at DESC, id';
    IF p_filters ? 'after_id' THEN
      filters := filters || ' AND s.last_activity_at <= ($3 ->> ''after_at'')::timestamptz'
        || ' AND (s.last_activity_at < ($3 ->> ''after_at'')::timestamptz OR s.id > ($3 ->> ''after_id'')::uuid)';
    END IF;
  END IF;

  -- Each arm is one ordered index scan; a union of them avoids sorting everything a person ever did.
  arms := CASE
    WHEN p_filters ->> 'scope' = 'mine' THEN ARRAY['s.user_id = $2', 's.handler_id = $2']
    WHEN caller_role IN ('admin', 'owner') OR team THEN ARRAY['true']
    ELSE ARRAY['s.user_id = $2', 's.handler_id = $2', 's.escalated_to_id = $2', 's.status IN (''escalated'', ''requesting_escalation'')']
  END;
  FOREACH arm IN ARRAY arms LOOP
    query := query || CASE WHEN query = '' THEN '' ELSE ' UNION ' END
      || '(SELECT s.id, s.last_activity_at FROM ai_sessions s WHERE s.account_id = $1 AND ' || arm || filters || ordering
      || ' LIMIT $4 + 1)';
  END LOOP;
  EXECUTE 'SELECT array_agg(id' || ordering || ') FROM (SELECT id, last_activity_at FROM (' || query || ') AS arms' || ordering
    || ' LIMIT $4 + 1) AS page'
    INTO ids USING p_account, p_user, p_filters, page_size;
  IF ids IS NULL THEN
    RETURN E'\n[]';
  END IF;
  IF array_length(ids, 1) > page_size THEN
    ids := ids[1:page_size];
    last_id := ids[page_size];
    SELECT to_char(s.last_activity_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') || '|' || s.id INTO mark
      FROM ai_sessions s WHERE s.account_id = p_account AND s.id = last_id;
  END IF;
  RETURN mark || E'\n' || (
    SELECT json_agg(rf_session_row(s, p_user, caller_role) ORDER BY p.n)::text
      FROM unnest(ids) WITH ORDINALITY AS p(id, n) JOIN ai_sessions s ON s.account_id = p_account AND s.id = p.id);
END
$$;
