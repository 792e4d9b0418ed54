-- The role of a signed-in person as it is now; null when they may no longer act. The tenant is set first.
CREATE FUNCTION rf_caller_role(p_account uuid, p_user uuid, p_auth uuid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT u.role FROM users u
    JOIN accounts a ON a.id = u.account_id AND a.status = 'active'
    JOIN auth_sessions s ON s.account_id = u.account_id AND s.id = p_auth AND s.user_id = u.id
   WHERE u.account_id = p_account AND u.id = p_user AND u.is_active AND s.revoked_at IS NULL AND s.expires_at > now()
$$;

-- GET S in one round trip: sets the tenant, checks the caller, reads. Answers JSON, '!not_authenticated' or '!not_found'.
CREATE FUNCTION rf_hot_session(p_account uuid, p_user uuid, p_auth uuid, p_session uuid, p_include text) RETURNS text
LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  caller_role text;
BEGIN
  PERFORM set_config('app.account_id', p_account::text, true);
  caller_role := rf_caller_role(p_account, p_user, p_auth);
  IF caller_role IS NULL THEN
    RETURN '!not_authenticated';
  END IF;
  RETURN rf_session_json(p_account, p_user, caller_role, p_session, p_include);
END
$$;
