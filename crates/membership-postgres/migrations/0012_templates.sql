-- Texts of an organization's mails. A row never changes: another text is another row, and its id follows from what it
-- says, so that a message which names it is the same whenever it is rendered. Which of them are in use stands in the
-- organization's row.

-- No foreign key: each would lock the organization's row.
CREATE TABLE wordings (
    organization_id uuid NOT NULL,
    id              uuid NOT NULL,
    subject         text NOT NULL,
    text            text NOT NULL,
    CONSTRAINT wordings_pk PRIMARY KEY (organization_id, id)
);

-- The text that the inviter wrote for this one mail.
ALTER TABLE invitations ADD COLUMN wording_id uuid;
