-- A text with its hits between two private-use characters, cut to a few lines around them.
CREATE FUNCTION rf_search_marked(p_text text, p_query tsquery) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
  plain text := translate(left(coalesce(p_text, ''), 20000), U&'\E000\E001', '');
  options text := U&'StartSel=\E000,StopSel=\E001,MaxWords=30,MinWords=12';
  marked text := ts_headline('english'::regconfig, plain, p_query, options);
BEGIN
  -- What is searched as written is not found among stemmed words.
  RETURN CASE WHEN strpos(marked, U&'\E000') > 0 THEN marked ELSE ts_headline('simple'::regconfig, plain, p_query, options) END;
END
$$;

-- Where a hit stands: the field and its marked text. Runs with the rights of its caller.
CREATE FUNCTION rf_search_match(p_account uuid, p_kind text, p_id uuid, p_query tsquery) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  s ai_sessions;
  field text[];
  marked text;
  answer text[];
BEGIN
  CASE p_kind
    WHEN 'message' THEN
      RETURN ARRAY['message', (SELECT rf_search_marked(m.content, p_query) FROM ai_session_messages m WHERE m.account_id = p_account AND m.id = p_id)];
    WHEN 'fact' THEN
      RETURN ARRAY['fact', (SELECT rf_search_marked(f.text, p_query) FROM session_facts f WHERE f.account_id = p_account AND f.id = p_id)];
    WHEN 'fix' THEN
      RETURN ARRAY['fix', (SELECT rf_search_marked(x.title, p_query) FROM session_suggested_fixes x WHERE x.account_id = p_account AND x.id = p_id)];
    ELSE
      SELECT * INTO s FROM ai_sessions WHERE account_id = p_account AND id = p_id;
      FOREACH field SLICE 1 IN ARRAY ARRAY[['title', s.title], ['problem', s.problem_summary], ['client', s.client_name], ['ticket', s.psa_ticket_id]] LOOP
        marked := rf_search_marked(field[2], p_query);
        answer := coalesce(answer, ARRAY[field[1], marked]);
        IF strpos(marked, U&'\E000') > 0 THEN
          RETURN ARRAY[field[1], marked];
        END IF;
      END LOOP;
      RETURN answer;
  END CASE;
END
$$;
