-- The sessions a text is found in, at most 200 of them, newest first, each with its best place and rank. The tenant is the
-- transaction's own and the caller's rights are read here, so no argument widens what is found. Full-text operators cannot use
-- their index under row-level security: that is why this one function passes it, and why it answers ids only.
-- p_filters as rf_hot_session_list takes them. p_before: only sessions older than this one. p_until: only rows made until then.
-- tier_end: the oldest session found when there may be older ones, else null.
CREATE OR REPLACE FUNCTION rf_search_hits(p_user uuid, p_text text, p_filters jsonb, p_before uuid, p_until timestamptz)
RETURNS TABLE (session_id uuid, kind text, source_id uuid, rank float8, tier_end uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
  tier constant int := 200;
  -- How many of the newest sessions are looked at: a few first, for a word none of them holds is most likely rare.
  few constant int := 60;
  batch int := few;
  looked int := 0;
  -- Found more often than this in 200 of the newest sessions, walking on is cheaper than fetching every hit of the index.
  common constant int := 6;
  account uuid := nullif(current_setting('app.account_id', true), '')::uuid;
  query tsquery := public.rf_search_query(p_text);
  inside tsquery;
  caller_role text;
  whole boolean;
  moment text := CASE WHEN p_filters ->> 'sort' = 'created' THEN 's.created_at' ELSE 's.last_activity_at' END;
  scope text;
  walked uuid := coalesce(p_before, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  ids uuid[];
  marks boolean[];
  fresh uuid[];
  found uuid[] := '{}';
BEGIN
  SELECT u.role INTO caller_role FROM public.users u WHERE u.account_id = account AND u.id = p_user AND u.is_active;
  IF caller_role IS NULL OR numnode(query) = 0 THEN
    RETURN;
  END IF;
  inside := query && format('''account:%s''', account)::tsquery;
  whole := caller_role IN ('admin', 'owner') OR coalesce((
    SELECT (a.preferences ->> 'team_can_view_sessions')::boolean FROM public.account_settings a WHERE a.account_id = account), false);

  scope := 's.account_id = $1 AND s.created_at <= $5 AND ' || CASE
    WHEN p_filters ->> 'scope' = 'mine' THEN '(s.user_id = $2 OR s.handler_id = $2)'
    WHEN whole THEN 'true'
    ELSE '(s.user_id = $2 OR s.handler_id = $2 OR s.escalated_to_id = $2 OR s.status IN (''escalated'', ''requesting_escalation''))'
  END;
  IF jsonb_array_length(p_filters -> 'statuses') > 0 THEN
    scope := scope || ' AND s.status = ANY (ARRAY(SELECT jsonb_array_elements_text($3 -> ''statuses'')))';
  END IF;
  IF p_filters ? 'owner_id' THEN
    scope := scope || ' AND s.user_id = ($3 ->> ''owner_id'')::uuid';
  END IF;
  IF p_filters ? 'client_name' THEN
    scope := scope || ' AND lower(s.client_name) = lower($3 ->> ''client_name'')';
  END IF;
  IF p_filters ? 'ticket' THEN
    scope := scope || ' AND $3 ->> ''ticket'' IN (s.psa_ticket_id, s.psa_ticket_ref)';
  END IF;
  IF p_filters ? 'from' THEN
    scope := scope || format(' AND %s >= ($3 ->> ''from'')::timestamptz', moment);
  END IF;
  IF p_filters ? 'to' THEN
    scope := scope || format(' AND %s < ($3 ->> ''to'')::timestamptz', moment);
  END IF;

  LOOP
    EXECUTE 'SELECT array_agg(b.id ORDER BY b.id DESC), array_agg(b.hit ORDER BY b.id DESC) FROM ('
      || ' SELECT s.id, s.search @@ $7 AS hit FROM public.ai_sessions s WHERE ' || scope
      || ' AND s.id < $4 ORDER BY s.id DESC LIMIT $6) AS b'
      INTO ids, marks USING account, p_user, p_filters, walked, p_until, batch, query;
    EXIT WHEN ids IS NULL;
    walked := ids[array_length(ids, 1)];
    -- OFFSET 0 keeps each look at one session: the planner would rather read every hit of the tenant once and look up there.
    SELECT array_agg(b.id ORDER BY b.id DESC) INTO fresh FROM unnest(ids, marks) AS b(id, hit)
     WHERE b.hit OR EXISTS (SELECT FROM public.ai_session_messages m WHERE m.account_id = account AND m.session_id = b.id
             AND m.role <> 'system' AND m.created_at <= p_until AND m.search @@ query OFFSET 0)
        OR EXISTS (SELECT FROM public.session_facts f WHERE f.account_id = account AND f.session_id = b.id
             AND f.deleted_at IS NULL AND f.created_at <= p_until AND f.search @@ query OFFSET 0)
        OR EXISTS (SELECT FROM public.session_suggested_fixes x WHERE x.account_id = account AND x.session_id = b.id
             AND x.created_at <= p_until AND x.search @@ query OFFSET 0);
    found := found || coalesce(fresh, '{}');
    looked := looked + array_length(ids, 1);
    EXIT WHEN array_length(ids, 1) < batch OR cardinality(found) >= tier;
    IF looked = few AND fresh IS NOT NULL THEN
      batch := tier - few;
      CONTINUE;
    END IF;
    IF coalesce(cardinality(CASE WHEN looked = tier THEN found ELSE fresh END), 0) < common THEN
      -- Rare: every place at once, by the index.
      EXECUTE 'WITH places AS MATERIALIZED ('
        || ' SELECT i.id AS session_id FROM public.ai_sessions i WHERE i.search @@ $6'
        || ' UNION ALL SELECT m.session_id FROM public.ai_session_messages m WHERE m.search @@ $6 AND m.role <> ''system'' AND m.created_at <= $5'
        || ' UNION ALL SELECT f.session_id FROM public.session_facts f WHERE f.search @@ $6 AND f.deleted_at IS NULL AND f.created_at <= $5'
        || ' UNION ALL SELECT x.session_id FROM public.session_suggested_fixes x WHERE x.search @@ $6 AND x.created_at <= $5)'
        || ' SELECT array_agg(t.id ORDER BY t.id DESC) FROM (SELECT s.id FROM (SELECT DISTINCT session_id FROM places) p'
        || ' JOIN public.ai_sessions s ON s.id = p.session_id WHERE ' || scope
        || ' AND s.id < $4 ORDER BY s.id DESC LIMIT $7) AS t'
        INTO fresh USING account, p_user, p_filters, walked, p_until, inside, tier;
      found := found || coalesce(fresh, '{}');
      EXIT;
    END IF;
    batch := tier;
  END LOOP;

  RETURN QUERY
  SELECT DISTINCT ON (h.session_id) h.session_id, h.kind, h.source_id, h.rank,
         CASE WHEN cardinality(found) >= tier THEN found[tier] END
    FROM (
      SELECT s.id AS session_id, 'session' AS kind, s.id AS source_id, 2.0 * ts_rank_cd(s.search, query)::float8 AS rank
        FROM public.ai_sessions s WHERE s.account_id = account AND s.id = ANY (found[1:tier]) AND s.search @@ query
      UNION ALL
      SELECT m.session_id, 'message', m.id, ts_rank_cd(m.search, query)::float8
        FROM public.ai_session_messages m WHERE m.account_id = account AND m.session_id = ANY (found[1:tier])
         AND m.role <> 'system' AND m.created_at <= p_until AND m.search @@ query
      UNION ALL
      SELECT f.session_id, 'fact', f.id, 1.5 * ts_rank_cd(f.search, query)::float8
        FROM public.session_facts f WHERE f.account_id = account AND f.session_id = ANY (found[1:tier])
         AND f.deleted_at IS NULL AND f.created_at <= p_until AND f.search @@ query
      UNION ALL
      SELECT x.session_id, 'fix', x.id, 1.5 * ts_rank_cd(x.search, query)::float8
        FROM public.session_suggested_fixes x WHERE x.account_id = account AND x.session_id = ANY (found[1:tier])
         AND x.created_at <= p_until AND x.search @@ query) AS h
   ORDER BY h.session_id, h.rank DESC, h.source_id;
END
$$;
