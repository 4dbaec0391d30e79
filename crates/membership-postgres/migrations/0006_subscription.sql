-- What an organization has bought stands in the narrow row, next to the number of seats: decisions need both, and the
-- one statement that locks the row reads them. No index covers what every writer changes; `announces_at` changes a
-- handful of times in the life of a subscription.
ALTER TABLE organization_seats
    ADD COLUMN waiting      bigint NOT NULL DEFAULT 0,
    ADD COLUMN plan         text,
    ADD COLUMN expires_at   timestamptz,
    ADD COLUMN grace_days   bigint NOT NULL DEFAULT 0,
    ADD COLUMN announces_at timestamptz,
    ADD CONSTRAINT organization_seats_waiting_ck CHECK (waiting >= 0),
    ADD CONSTRAINT organization_seats_grace_ck CHECK (grace_days >= 0);
-- The defaults were for the rows of before; whoever writes a row says all of it.
ALTER TABLE organization_seats
    ALTER COLUMN waiting    DROP DEFAULT,
    ALTER COLUMN grace_days DROP DEFAULT;
CREATE INDEX organization_seats_announce_ix ON organization_seats (announces_at) WHERE announces_at IS NOT NULL;

-- Since when a member waits for a seat; never while holding one.
ALTER TABLE memberships
    ADD COLUMN waits_since timestamptz,
    ADD CONSTRAINT memberships_waiting_ck CHECK (waits_since IS NULL OR NOT seat);
CREATE INDEX memberships_waiting_ix ON memberships (organization_id, waits_since, id)
    WHERE waits_since IS NOT NULL AND status = 'active';
