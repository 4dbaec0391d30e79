-- Since when members have had their login, and when they last signed in: what the roster report filters and sorts by.

ALTER TABLE memberships ADD COLUMN login_since INTEGER;
UPDATE memberships SET login_since = coalesce(set_up_used_at, (SELECT max(a.at) FROM audit_log a
    WHERE a.organization_id = memberships.organization_id AND a.subject_id = memberships.id
        AND a.event = 'login-set-up'), joined_at)
    WHERE user_id IS NOT NULL;

-- A mirror of last_logins, which every sign-in writes; 0 for who never signed in.
ALTER TABLE memberships ADD COLUMN last_login_at INTEGER NOT NULL DEFAULT 0;
UPDATE memberships SET last_login_at = coalesce((SELECT l.at FROM last_logins l WHERE l.user_id = memberships.user_id), 0)
    WHERE user_id IS NOT NULL;

CREATE INDEX memberships_by_last_login ON memberships (organization_id, last_login_at, id);
CREATE INDEX memberships_by_login ON memberships (organization_id, coalesce(login_since, 0), id);
