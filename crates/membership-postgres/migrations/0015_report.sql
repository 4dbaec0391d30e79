-- Since when members have had their login, and when they last signed in: what the roster report filters and sorts by.

ALTER TABLE memberships
    ADD COLUMN login_since   timestamptz,
    -- A mirror of last_logins, which every sign-in writes; 1970 for who never signed in.
    ADD COLUMN last_login_at timestamptz NOT NULL DEFAULT 'epoch';

UPDATE memberships m SET login_since = coalesce(m.set_up_used_at, (SELECT max(a.at) FROM audit_log a
    WHERE a.organization_id = m.organization_id AND a.subject_id = m.id AND a.event = 'login-set-up'), m.joined_at)
    WHERE m.user_id IS NOT NULL;
UPDATE memberships m SET last_login_at = l.at FROM last_logins l WHERE l.user_id = m.user_id;
-- The default was for the rows of before; whoever writes a row says all of it.
ALTER TABLE memberships ALTER COLUMN last_login_at DROP DEFAULT;

CREATE INDEX memberships_seen_ix ON memberships (organization_id, last_login_at, id);
CREATE INDEX memberships_since_ix ON memberships (organization_id, (coalesce(login_since, 'epoch'::timestamptz)), id);
