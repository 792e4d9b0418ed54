-- What a person typed, as a query. Words stemmed or as written, "exact phrases" as written, -not, or (weaker than the words
-- beside it), the last word also as a prefix. Words too common to mean anything count only when nothing else was given.
CREATE OR REPLACE FUNCTION rf_search_query(p_text text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  -- A ticket is typed as it is shown; its number alone is what is stored.
  words text := trim(regexp_replace(p_text, '\m(?:CW|HALO|AT)\s+(?=[#T]\d)', '', 'gi'));
  piece text[];
  word text;
  negated boolean;
  written tsquery;
  stemmed tsquery;
  term tsquery;
  terms tsquery := ''::tsquery;
  common tsquery := ''::tsquery;
  answer tsquery := ''::tsquery;
BEGIN
  FOR piece IN SELECT regexp_matches(words, '(-?)"([^"]*)(?:"|$)|(\S+)', 'g') LOOP
    word := coalesce(piece[2], piece[3]);
    negated := piece[1] = '-';
    IF piece[3] IS NOT NULL THEN
      IF lower(word) = 'or' THEN
        answer := answer || CASE WHEN numnode(terms) > 0 THEN terms ELSE common END;
        terms := ''::tsquery;
        common := ''::tsquery;
        CONTINUE;
      END IF;
      negated := word LIKE '-%';
      word := ltrim(word, '-#');
    END IF;
    written := phraseto_tsquery('simple'::regconfig, word);
    CONTINUE WHEN numnode(written) = 0;
    term := written;
    IF piece[3] IS NOT NULL THEN
      stemmed := phraseto_tsquery('english'::regconfig, word);
      term := stemmed || written;
      -- The beginning of 'account' would be found in every text: the tenant stands there as 'account:...'.
      IF NOT negated AND length(word) > 1 AND word ~ '^[[:alnum:]]+$' AND right(words, length(word)) = word
        AND NOT starts_with('account', lower(word)) THEN
        term := term || to_tsquery('simple'::regconfig, word || ':*');
      END IF;
      IF numnode(stemmed) = 0 AND NOT negated THEN
        common := common && term;
        CONTINUE;
      END IF;
    END IF;
    terms := terms && CASE WHEN negated THEN !!term ELSE term END;
  END LOOP;
  RETURN answer || CASE WHEN numnode(terms) > 0 THEN terms ELSE common END;
END
$$;
