//! The development mailbox: the newest mails, kept in a table.

use async_trait::async_trait;
use membership_core::id::MessageId;
use membership_core::port::{KeptMail, Mailbox, StoreError};
use sqlx::sqlite::SqliteRow;

use crate::SqliteStore;
use crate::error::from_sqlx;
use crate::rows::{self, get, micros};

const KEEP: &str = "INSERT OR REPLACE INTO development_mailbox (id, recipient, subject, body_text, body_html, at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const FORGET_OLDEST: &str = "DELETE FROM development_mailbox WHERE id IN \
    (SELECT id FROM development_mailbox ORDER BY at DESC, id DESC LIMIT -1 OFFSET 1000)";
const KEPT: &str = "SELECT id, recipient, subject, body_text, body_html, at FROM development_mailbox \
    ORDER BY at DESC, id DESC LIMIT 100";

#[async_trait]
impl Mailbox for SqliteStore {
    async fn keep(&self, mail: &KeptMail) -> Result<(), StoreError> {
        let mut transaction = self.begin_writing().await?;
        let query = sqlx::query(KEEP)
            .bind(mail.id.0)
            .bind(mail.to.as_str())
            .bind(mail.subject.as_str())
            .bind(mail.text.as_str())
            .bind(mail.html.as_str())
            .bind(micros(mail.at));
        query.execute(&mut *transaction).await.map_err(from_sqlx)?;
        sqlx::query(FORGET_OLDEST).execute(&mut *transaction).await.map_err(from_sqlx)?;
        transaction.commit().await.map_err(from_sqlx)
    }

    async fn kept(&self) -> Result<Vec<KeptMail>, StoreError> {
        let rows = sqlx::query(KEPT).fetch_all(&self.readers).await.map_err(from_sqlx)?;
        rows.iter().map(kept_mail).collect()
    }
}

fn kept_mail(row: &SqliteRow) -> Result<KeptMail, StoreError> {
    Ok(KeptMail {
        id: MessageId(get(row, "id")?),
        to: get(row, "recipient")?,
        subject: get(row, "subject")?,
        text: get(row, "body_text")?,
        html: get(row, "body_html")?,
        at: rows::time(row, "at")?,
    })
}
