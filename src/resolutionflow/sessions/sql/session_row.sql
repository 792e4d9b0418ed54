-- One row of a session list, as in hot_list.sql; a fix that was carried out and not judged yet is `verifying`.
CREATE OR REPLACE FUNCTION rf_session_row(s ai_sessions, p_user uuid, p_role text) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT row_to_json(x) FROM (
    SELECT s.id, s.title, s.status, s.client_name, s.psa_ticket_ref AS ticket_ref, s.priority,
           rf_person(s.account_id, s.user_id) AS owner,
           CASE WHEN s.handler_id IS NULL THEN NULL ELSE rf_person(s.account_id, s.handler_id) END AS handler,
           (SELECT CASE WHEN f.status = 'proposed' AND f.applied_at IS NOT NULL THEN 'verifying' ELSE f.status END
              FROM session_suggested_fixes f
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
