//! The development mailbox, for deployments without a mail server.

use async_trait::async_trait;
use membership_core::id::MessageId;
use membership_core::port::{KeptMail, Mailbox, StoreError};
use serde::Deserialize;
use uuid::Uuid;

use crate::distribution::Group;
use crate::rows::Instant;
use crate::rows::records::storable;
use crate::statement::{Route, execute, fetch, micros, statements};
use crate::store::PostgresStore;

statements! {
    /// Keeps a mail.
    KEEP, Route::By(Group::Mailbox),
        "INSERT INTO development_mailbox (id, recipient, subject, body_text, body_html, at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET recipient = EXCLUDED.recipient, subject = EXCLUDED.subject,
            body_text = EXCLUDED.body_text, body_html = EXCLUDED.body_html, at = EXCLUDED.at";
    /// Forgets all but the newest.
    TRIM, Route::FanOut(Group::Mailbox),
        "DELETE FROM development_mailbox WHERE id IN (
            SELECT k.id FROM development_mailbox k ORDER BY k.at DESC, k.id DESC OFFSET 1000)";
    /// The newest.
    KEPT, Route::FanOut(Group::Mailbox),
        "SELECT row_to_json(r) FROM (
            SELECT k.id, k.recipient, k.subject, k.body_text, k.body_html, ", micros!("k.at"), " AS at
            FROM development_mailbox k ORDER BY k.at DESC, k.id DESC LIMIT 100) r";
}

#[derive(Deserialize)]
struct MailRow {
    id: Uuid,
    recipient: String,
    subject: String,
    body_text: String,
    body_html: String,
    at: Instant,
}

#[async_trait]
impl Mailbox for PostgresStore {
    async fn keep(&self, mail: &KeptMail) -> Result<(), StoreError> {
        let query = KEEP
            .query()
            .bind(mail.id.0)
            .bind(storable(&mail.to))
            .bind(storable(&mail.subject))
            .bind(storable(&mail.text))
            .bind(storable(&mail.html))
            .bind(mail.at);
        let mut connection = self.connection().await?;
        execute(&mut connection, query).await?;
        execute(&mut connection, TRIM.query()).await.map(|_| ())
    }

    async fn kept(&self) -> Result<Vec<KeptMail>, StoreError> {
        let mut connection = self.connection().await?;
        let rows: Vec<MailRow> = fetch(&mut connection, KEPT.query()).await?;
        let mail = |row: MailRow| KeptMail {
            id: MessageId(row.id),
            to: row.recipient,
            subject: row.subject,
            text: row.body_text,
            html: row.body_html,
            at: row.at.0,
        };
        Ok(rows.into_iter().map(mail).collect())
    }
}
