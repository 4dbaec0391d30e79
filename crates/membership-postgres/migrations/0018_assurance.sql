-- How well it was known who made a key, and when a member's role last rose.

-- A key of before was made by one factor, as far as anybody knows.
ALTER TABLE api_keys ADD COLUMN two_factors boolean NOT NULL DEFAULT false;
ALTER TABLE api_keys ALTER COLUMN two_factors DROP DEFAULT;

-- A browser's sign-in that is older is replaced on its next page.
ALTER TABLE memberships ADD COLUMN raised_at timestamptz;
