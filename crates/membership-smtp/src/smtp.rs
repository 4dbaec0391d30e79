//! Hands letters to a mail server over SMTP (RFC 5321).

mod mime;
mod options;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{self, Noop};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use membership_core::port::{Letter, MailError, Mailer};
use secrecy::ExposeSecret;
use tracing::Dispatch;
use tracing::instrument::WithSubscriber;

use self::mime::Mail;
pub use self::options::{Encryption, Sender, SmtpOptions, Timeouts};
use crate::reason::reason;
use crate::setting::SettingError;

/// Connections kept for the next letter; the courier sends no more than a few at a time.
const MOST_IDLE: usize = 4;

/// Servers close connections that are idle for long; asking again costs less than finding out.
const LONGEST_IDLE: Duration = Duration::from_secs(20);

/// Letters sent over one connection. Servers count them, and some refuse when it is too many.
const MOST_LETTERS: u32 = 50;

/// Hands letters to one mail server. Each phase of the conversation has its own time limit.
///
/// A 4xx reply, a time-out or a lost connection is [`MailError::Later`]. A 5xx reply to the recipient or to the mail is
/// [`MailError::Never`]. A 5xx reply before that is about this deployment (its password, its sender, its address), not
/// about the recipient: that is `Later` too, so that no invitation bounces while the operator mends it.
pub struct SmtpMailer {
    options: SmtpOptions,
    sender: Sender,
    tls: Option<TlsParameters>,
    hello: ClientId,
    idle: Mutex<Vec<Connection>>,
}

/// An open conversation, between two mails.
struct Connection {
    smtp: AsyncSmtpConnection,
    last_used: Instant,
    letters: u32,
}

impl SmtpMailer {
    /// Sends by this server in this name. Nothing is connected yet.
    ///
    /// # Errors
    /// [`SettingError`] about `smtp_url` if TLS cannot be set up for its host.
    pub fn new(options: SmtpOptions, sender: Sender) -> Result<Self, SettingError> {
        let tls = match options.encryption {
            Encryption::None => None,
            Encryption::StartTls | Encryption::Tls => {
                let refuse = |_| SettingError::new("smtp_url", "must name a host that a certificate can be for");
                Some(TlsParameters::new(options.host.clone()).map_err(refuse)?)
            }
        };
        Ok(Self { options, sender, tls, hello: ClientId::default(), idle: Mutex::new(Vec::new()) })
    }

    async fn deliver(&self, mail: &Mail) -> Result<(), MailError> {
        let mut connection = match self.reused().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        self.converse(&mut connection.smtp, mail).await?;
        connection.letters = connection.letters.saturating_add(1);
        self.keep(connection);
        Ok(())
    }

    async fn connect(&self) -> Result<Connection, MailError> {
        let limit = self.options.timeouts.connect;
        let address = (self.options.host.as_str(), self.options.port);
        let implicit = self.tls.clone().filter(|_| self.options.encryption == Encryption::Tls);
        let connecting = AsyncSmtpConnection::connect_tokio1(address, Some(limit), &self.hello, implicit, None);
        let mut smtp = within("connecting", limit, connecting).await.map_err(Failure::about_us)?;
        if let (Encryption::StartTls, Some(tls)) = (self.options.encryption, &self.tls) {
            // Without STARTTLS this fails, before a password or an address has been said (F10).
            let upgrading = smtp.starttls(tls.clone(), &self.hello);
            within("STARTTLS", limit, upgrading).await.map_err(Failure::about_us)?;
        }
        if let Some(login) = &self.options.login {
            let credentials = Credentials::new(login.user.clone(), login.password.expose_secret().to_owned());
            let signing_in = smtp.auth(DEFAULT_MECHANISMS, &credentials);
            within("AUTH", self.options.timeouts.command, signing_in).await.map_err(Failure::about_us)?;
        }
        Ok(Connection { smtp, last_used: Instant::now(), letters: 0 })
    }

    async fn converse(&self, smtp: &mut AsyncSmtpConnection, mail: &Mail) -> Result<(), MailError> {
        let Timeouts { command, data, .. } = self.options.timeouts;
        let from = commands::Mail::new(Some(mail.from.clone()), parameters(smtp, mail)?);
        within("MAIL", command, smtp.command(from)).await.map_err(Failure::about_us)?;
        let to = commands::Rcpt::new(mail.to.clone(), Vec::new());
        within("RCPT", command, smtp.command(to)).await.map_err(Failure::about_the_letter)?;
        within("DATA", command, smtp.command(commands::Data)).await.map_err(Failure::about_the_letter)?;
        within("the mail", data, smtp.message(&mail.bytes)).await.map_err(Failure::about_the_letter)?;
        Ok(())
    }

    /// A connection of an earlier letter, if the server still answers on it.
    async fn reused(&self) -> Option<Connection> {
        loop {
            let mut connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            let is_fresh = connection.last_used.elapsed() < LONGEST_IDLE;
            let asking = connection.smtp.command(Noop);
            if is_fresh && within("NOOP", self.options.timeouts.command, asking).await.is_ok() {
                return Some(connection);
            }
        }
    }

    fn keep(&self, mut connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE && connection.letters < MOST_LETTERS {
            connection.last_used = Instant::now();
            idle.push(connection);
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let mail = mime::mail(letter, &self.sender)?;
        // The SMTP client logs every line it says at debug level: the password, and the mail with its link. Nobody
        // listens to it here (I12); the courier logs what became of the letter.
        self.deliver(&mail).with_subscriber(Dispatch::none()).await
    }
}

/// What the server must be told of this mail. Its bytes are ASCII; only the recipient's address may not be.
fn parameters(smtp: &AsyncSmtpConnection, mail: &Mail) -> Result<Vec<MailParameter>, MailError> {
    let is_ascii = AsRef::<str>::as_ref(&mail.to).is_ascii() && AsRef::<str>::as_ref(&mail.from).is_ascii();
    if is_ascii {
        return Ok(Vec::new());
    }
    if smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Ok(vec![MailParameter::SmtpUtfEight]);
    }
    Err(MailError::Never("the mail server takes only addresses in ASCII letters".to_owned()))
}

/// Why a phase of the conversation did not succeed.
struct Failure {
    phase: &'static str,
    error: Option<Error>,
}

impl Failure {
    fn about_us(self) -> MailError {
        MailError::Later(self.text())
    }

    fn about_the_letter(self) -> MailError {
        if self.error.as_ref().is_some_and(Error::is_permanent) {
            return MailError::Never(self.text());
        }
        MailError::Later(self.text())
    }

    fn text(&self) -> String {
        match &self.error {
            Some(error) => reason(&format!("{}: {error}", self.phase)),
            None => format!("{}: no answer in time", self.phase),
        }
    }
}

/// One phase of the conversation. Dropped at its time limit, it leaves a connection that is never used again.
async fn within<T>(
    phase: &'static str,
    limit: Duration,
    step: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, step).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Failure { phase, error: Some(error) }),
        Err(_) => Err(Failure { phase, error: None }),
    }
}
