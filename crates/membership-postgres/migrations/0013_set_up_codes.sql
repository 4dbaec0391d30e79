-- The codes that can be typed in the place of a personal link, and usernames of which no two look alike.

-- What finds the code, until when it lives, and how often a wrong one was typed. Its secret is derived, like the link's.
ALTER TABLE memberships
    ADD COLUMN set_up_code jsonb,
    ADD CONSTRAINT memberships_code_ck CHECK (jsonb_typeof(set_up_code) = 'object');

-- Hints at whose link a typed code takes the place of. Readers ask the member's row and skip who has no such code.
CREATE TABLE set_up_codes (
    locator         bigint      NOT NULL,
    organization_id uuid        NOT NULL,
    member_id       uuid        NOT NULL,
    expires_at      timestamptz NOT NULL,
    CONSTRAINT set_up_codes_pk PRIMARY KEY (locator, organization_id, member_id)
);
CREATE INDEX set_up_codes_expiry_ix ON set_up_codes (expires_at);

-- A username also claims what is left of it when what looks alike is made equal, behind a mark that no name has. Of two
-- that look alike already, one has that claim, and both stay.
INSERT INTO usernames (username, user_id)
SELECT '~' || replace(replace(translate(n.username, '01_-', 'ol..'), 'rn', 'm'), 'vv', 'w'), n.user_id
FROM usernames n ON CONFLICT DO NOTHING;
