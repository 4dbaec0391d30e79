-- Texts of an organization's mails. A row never changes: another text is another row, and its id follows from what it
-- says, so that a message which names it is the same whenever it is rendered. Which of them are in use stands in the
-- organization's row.

CREATE TABLE wordings (
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    id              BLOB NOT NULL CHECK (length(id) = 16),
    subject         TEXT NOT NULL,
    text            TEXT NOT NULL,
    PRIMARY KEY (organization_id, id)
) STRICT, WITHOUT ROWID;

-- The text that the inviter wrote for this one mail.
ALTER TABLE invitations ADD COLUMN wording_id BLOB;
