//! Where mail lands while no mail server is configured: a mailbox that a page shows.

use std::sync::Arc;

use async_trait::async_trait;
use membership_core::port::{KeptMail, Letter, MailError, Mailbox, Mailer};
use secrecy::ExposeSecret;

/// Keeps every letter in the development mailbox. Whoever reads that mailbox can use every link, so it is off as soon
/// as a mail server is configured.
pub struct DevelopmentMailer {
    mailbox: Arc<dyn Mailbox>,
}

impl DevelopmentMailer {
    /// Hands letters to this mailbox.
    pub fn new(mailbox: Arc<dyn Mailbox>) -> Self {
        Self { mailbox }
    }
}

#[async_trait]
impl Mailer for DevelopmentMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let mail = KeptMail {
            id: letter.id,
            to: letter.to.to_string(),
            subject: letter.subject.clone(),
            text: letter.text.expose_secret().to_owned(),
            html: letter.html.expose_secret().to_owned(),
            // The mailbox writes its own clock's time in place of this one.
            at: letter.date,
        };
        self.mailbox.keep(&mail).await.map_err(|error| MailError::Later(error.to_string()))
    }
}
