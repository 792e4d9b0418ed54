-- What a person typed, as a query: phrases in quotes, -not, or; the last word also as a prefix; words stemmed and as written.
CREATE FUNCTION rf_search_query(p_text text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  last_word text := substring(p_text FROM '(?:^|\s)([[:alnum:]]+)$');
  head text;
  whole tsquery := websearch_to_tsquery('english'::regconfig, p_text) || websearch_to_tsquery('simple'::regconfig, p_text);
BEGIN
  -- An open quote or an operator as the last word takes no prefix.
  IF last_word IS NULL OR lower(last_word) = 'or' OR (length(p_text) - length(replace(p_text, '"', ''))) % 2 = 1 THEN
    RETURN whole;
  END IF;
  head := left(p_text, length(p_text) - length(last_word));
  RETURN whole
    || (websearch_to_tsquery('english'::regconfig, head) && to_tsquery('simple'::regconfig, last_word || ':*'))
    || (websearch_to_tsquery('simple'::regconfig, head) && to_tsquery('simple'::regconfig, last_word || ':*'));
END
$$;
