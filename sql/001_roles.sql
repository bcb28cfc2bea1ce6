-- Who may do what. The database roles themselves are made when the cluster is made (they are
-- cluster-wide): liuhen_owner migrates, liuhen_core is the device side of the server, liuhen_http
-- is its HTTP side and sees rows only through row-level security, liuhen_reader looks and no more.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;

GRANT USAGE ON SCHEMA public TO liuhen_core, liuhen_http, liuhen_reader;

-- The caller of an HTTP request, set for one transaction: SET LOCAL liuhen.role / liuhen.party.
CREATE FUNCTION caller_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('liuhen.role', true), '') $$;
CREATE FUNCTION caller_party() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('liuhen.party', true), '')::uuid $$;
-- Regulators, police and the operator see every row; parties see their own.
CREATE FUNCTION caller_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT caller_role() IN ('regulator', 'police', 'operator') $$;
