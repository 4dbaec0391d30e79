//! A letter as the bytes of a mail. Everything in them comes from the letter and the sender, so that a repeat is
//! identical (I7, F05).

use std::time::SystemTime;

use lettre::Address;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use membership_core::port::{Letter, MailError};
use secrecy::ExposeSecret;
use time::OffsetDateTime;

use super::options::Sender;
use crate::wording::one_line;

/// A mail ready to be handed over.
pub(super) struct Mail {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

/// Makes the mail of a letter. Header values go through typed headers only, which encode what they are given: no name
/// can begin a header of its own (A57).
pub(super) fn mail(letter: &Letter, sender: &Sender) -> Result<Mail, MailError> {
    let never = |what: &str| MailError::Never(format!("{what} cannot be written in a mail"));
    let to: Address = letter.to.as_str().parse().map_err(|_| never("the address"))?;
    // The organization signs with its name; the address stays the deployment's, which alone may send from it.
    let name = letter.sender_name.as_ref().map(|name| one_line(name.as_str()));
    let from = Mailbox::new(name.or_else(|| sender.from.name.clone()), sender.from.email.clone());
    let domain = from.email.domain().to_owned();
    let mut mail = lettre::Message::builder()
        .from(from)
        .to(Mailbox::new(None, to.clone()))
        .subject(one_line(&letter.subject))
        .date(SystemTime::from(letter.date.max(OffsetDateTime::UNIX_EPOCH)))
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .header(AutoSubmitted)
        .header(AutoResponseSuppress);
    let own = letter.reply_to.as_ref().and_then(|address| address.as_str().parse().ok());
    if let Some(reply_to) = own.map(|address| Mailbox::new(None, address)).or_else(|| sender.reply_to.clone()) {
        mail = mail.reply_to(reply_to);
    }
    let body = MultiPart::alternative()
        .boundary(format!("part-{}", letter.id.0.simple()))
        .singlepart(SinglePart::plain(letter.text.expose_secret().to_owned()))
        .singlepart(SinglePart::html(letter.html.expose_secret().to_owned()));
    let mail = mail.multipart(body).map_err(|_| never("the message"))?;
    Ok(Mail { from: sender.from.email.clone(), to, bytes: mail.formatted() })
}

/// Says that a program wrote this, so that absence notices do not answer it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        const { HeaderName::new_from_ascii_str("Auto-Submitted") }
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The same for servers that do not know the standard's header.
#[derive(Clone)]
struct AutoResponseSuppress;

impl Header for AutoResponseSuppress {
    fn name() -> HeaderName {
        const { HeaderName::new_from_ascii_str("X-Auto-Response-Suppress") }
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "All".to_owned())
    }
}
