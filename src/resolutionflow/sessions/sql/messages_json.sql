-- As in session_json.sql, with the pictures of each message.
CREATE OR REPLACE FUNCTION rf_messages_json(p_account uuid, p_session uuid, p_before int, p_limit int) RETURNS json
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
      'uploads', coalesce((
        SELECT json_agg(json_build_object('id', p.id, 'content_type', p.content_type, 'width', p.width, 'height', p.height,
                                          'size_bytes', p.size_bytes) ORDER BY given.place)
          FROM jsonb_array_elements_text(k.meta -> 'uploads') WITH ORDINALITY AS given(id, place)
          JOIN uploads p ON p.account_id = p_account AND p.id = given.id::uuid), '[]'),
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
