-- What an organization has bought stands in the narrow row, next to the number of seats: decisions need both.
ALTER TABLE organization_seats ADD COLUMN waiting      INTEGER NOT NULL DEFAULT 0 CHECK (waiting >= 0);
ALTER TABLE organization_seats ADD COLUMN plan         TEXT;
ALTER TABLE organization_seats ADD COLUMN expires_at   INTEGER;
ALTER TABLE organization_seats ADD COLUMN grace_days   INTEGER NOT NULL DEFAULT 0 CHECK (grace_days >= 0);
ALTER TABLE organization_seats ADD COLUMN announces_at INTEGER;
CREATE INDEX organization_seats_announce_ix ON organization_seats (announces_at) WHERE announces_at IS NOT NULL;

-- Since when a member waits for a seat; never while holding one.
ALTER TABLE memberships ADD COLUMN waits_since INTEGER CHECK (waits_since IS NULL OR seat = 0);
CREATE INDEX memberships_waiting_ix ON memberships (organization_id, waits_since, id)
    WHERE waits_since IS NOT NULL AND status = 'active';
