-- Words of a text, stemmed and as written, with the account as a lexeme so that one index serves a search inside a tenant.
CREATE FUNCTION rf_text_search(p_account uuid, p_text varchar) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('english'::regconfig, left(coalesce(p_text, ''), 60000))
      || to_tsvector('simple'::regconfig, left(coalesce(p_text, ''), 60000))
      || array_to_tsvector(ARRAY['account:' || p_account::text])
$$;

CREATE FUNCTION rf_session_search(p_account uuid, p_title varchar, p_problem varchar, p_client varchar, p_ticket varchar)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('english'::regconfig, concat_words)
      || to_tsvector('simple'::regconfig, concat_words || ' ' || coalesce(p_ticket, ''))
      || array_to_tsvector(ARRAY['account:' || p_account::text])
    FROM (SELECT coalesce(p_title, '') || ' ' || coalesce(p_problem, '') || ' ' || coalesce(p_client, '') AS concat_words) AS words
$$;
