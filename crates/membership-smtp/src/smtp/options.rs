//! How to reach the mail server, and in whose name mail goes out.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

use crate::setting::SettingError;

const SETTING: &str = "smtp_url";

/// How the conversation with the mail server is protected. There is no "if possible": what an attacker can switch off
/// protects nobody (F10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// `tls=none`: not at all. For a mail server on the same machine; a password is sent only there.
    None,
    /// `tls=starttls`, and what `smtp://` means without a word: STARTTLS, and no mail if the server does not offer it.
    StartTls,
    /// `tls=required`, and what `smtps://` means without a word: TLS from the first byte on.
    Tls,
}

/// How long each phase of a conversation may take; a phase ends at that time however slowly the server goes on (F02).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Reaching the server, its greeting, and the change to TLS: each.
    pub connect: Duration,
    /// One command and its reply.
    pub command: Duration,
    /// The mail itself, until the server has taken it.
    pub data: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), command: Duration::from_secs(30), data: Duration::from_secs(120) }
    }
}

/// A name and password for the mail server.
#[derive(Debug, Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: SecretString,
}

/// How to reach the mail server.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    /// The server's name or address; its certificate must be for it.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// How the conversation is protected.
    pub encryption: Encryption,
    /// How long it may take.
    pub timeouts: Timeouts,
    pub(super) login: Option<Login>,
}

impl SmtpOptions {
    /// Reads `smtp://user:password@host:port?tls=none|starttls|required` or `smtps://…`.
    ///
    /// | written | means | port |
    /// |---|---|---|
    /// | `smtp://host`, `smtp://host?tls=starttls` | STARTTLS, required | 587 |
    /// | `smtps://host`, `smtps://host?tls=required`, `smtp://host?tls=required` | TLS from the first byte on | 465 |
    /// | `smtp://host?tls=none` | no encryption; with a user only on this machine | 25 |
    ///
    /// Special characters in the user and the password are percent-encoded.
    ///
    /// # Errors
    /// [`SettingError`] about `smtp_url`; the text never repeats the password.
    pub fn parse(smtp_url: &str) -> Result<Self, SettingError> {
        let url = Url::parse(smtp_url).map_err(|_| refuse("must be written as `smtp://user:password@host:port`"))?;
        let encryption = encryption(&url)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(refuse("must have nothing but `?tls=…` after the host and port"));
        }
        let (host, is_loopback) = host(&url)?;
        let login = login(&url)?;
        if encryption == Encryption::None && login.is_some() && !is_loopback {
            return Err(refuse("must not send a password to another machine without encryption: leave out `tls=none`"));
        }
        let usual = match encryption {
            Encryption::None => lettre::transport::smtp::SMTP_PORT,
            Encryption::StartTls => lettre::transport::smtp::SUBMISSION_PORT,
            Encryption::Tls => lettre::transport::smtp::SUBMISSIONS_PORT,
        };
        let port = url.port().unwrap_or(usual);
        Ok(Self { host, port, encryption, timeouts: Timeouts::default(), login })
    }

    /// The same server, with other time limits.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }
}

fn refuse(problem: impl Into<String>) -> SettingError {
    SettingError::new(SETTING, problem)
}

fn encryption(url: &Url) -> Result<Encryption, SettingError> {
    let mut tls = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" || tls.is_some() {
            return Err(refuse(format!("has the parameter `{name}`, where only one `tls` can be")));
        }
        tls = Some(value.into_owned());
    }
    match (url.scheme(), tls.as_deref()) {
        ("smtp", Some("none")) => Ok(Encryption::None),
        ("smtp", None | Some("starttls")) => Ok(Encryption::StartTls),
        ("smtp" | "smtps", Some("required")) | ("smtps", None) => Ok(Encryption::Tls),
        ("smtps", Some("none" | "starttls")) => {
            Err(refuse("must begin with `smtp://` if `tls` is `none` or `starttls`"))
        }
        ("smtp" | "smtps", Some(other)) => {
            Err(refuse(format!("has `tls={other}`, which must be `none`, `starttls` or `required`")))
        }
        _ => Err(refuse("must begin with `smtp://` or `smtps://`")),
    }
}

/// The host, and whether it is this machine. Hosts of unusual schemes are not parsed as addresses by themselves.
fn host(url: &Url) -> Result<(String, bool), SettingError> {
    let host = match url.host() {
        Some(Host::Domain(name)) => name.to_ascii_lowercase(),
        Some(Host::Ipv4(ip)) => ip.to_string(),
        Some(Host::Ipv6(ip)) => ip.to_string(),
        None => String::new(),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(is_plain) {
        return Err(refuse("must name a host, in ASCII letters"));
    }
    let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    Ok((host, is_loopback))
}

fn login(url: &Url) -> Result<Option<Login>, SettingError> {
    let decoded = |text: &str| {
        let text =
            percent_decode_str(text).decode_utf8().map_err(|_| refuse("has a user or password that is not UTF-8"))?;
        Ok(text.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(refuse("has a password but no user")),
        (_, None) => Err(refuse("has a user but no password")),
        (user, Some(password)) => {
            Ok(Some(Login { user: decoded(user)?, password: SecretString::from(decoded(password)?) }))
        }
    }
}

/// In whose name mail goes out.
#[derive(Clone)]
pub struct Sender {
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
}

impl Sender {
    /// Reads `Name <address>` or a bare address, and the address that answers go to, if they go elsewhere.
    ///
    /// # Errors
    /// [`SettingError`] about `mail_from` or `mail_reply_to`.
    pub fn parse(from: &str, reply_to: Option<&str>) -> Result<Self, SettingError> {
        let reply_to = reply_to.map(|text| mailbox("mail_reply_to", text)).transpose()?;
        Ok(Self { from: mailbox("mail_from", from)?, reply_to })
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sender").field(&self.from.to_string()).finish()
    }
}

fn mailbox(setting: &'static str, text: &str) -> Result<Mailbox, SettingError> {
    let refuse = || SettingError::new(setting, "must be written as `Name <address@example.org>`");
    if text.chars().any(char::is_control) {
        return Err(refuse());
    }
    text.trim().parse().map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: (&str, u16, Encryption)) {
        let options = SmtpOptions::parse(url).unwrap();
        assert_eq!((options.host.as_str(), options.port, options.encryption), expected, "{url}");
    }

    #[track_caller]
    fn refused(url: &str, part: &str) {
        let problem = SmtpOptions::parse(url).unwrap_err().to_string();
        assert!(problem.starts_with("`smtp_url` ") && problem.contains(part), "{url}: {problem}");
        assert!(!problem.contains("s3cret"), "{url}: {problem}");
    }

    #[test]
    fn f10_nothing_but_a_plain_word_switches_encryption_off() {
        check("smtp://mail.example.org", ("mail.example.org", 587, Encryption::StartTls));
        check("smtp://u:p@mail.example.org:2525?tls=starttls", ("mail.example.org", 2525, Encryption::StartTls));
        check("smtp://Mail.example.org?tls=required", ("mail.example.org", 465, Encryption::Tls));
        check("smtps://u:p@mail.example.org/", ("mail.example.org", 465, Encryption::Tls));
        check("smtp://mailhog:1025?tls=none", ("mailhog", 1025, Encryption::None));
        check("smtp://u:s3cret@127.0.0.1?tls=none", ("127.0.0.1", 25, Encryption::None));
        check("smtp://u:s3cret@[::1]:2525?tls=none", ("::1", 2525, Encryption::None));
        check("smtp://u:s3cret@localhost?tls=none", ("localhost", 25, Encryption::None));
    }

    #[test]
    fn a_url_that_cannot_be_meant_is_refused_by_name() {
        refused("smtp://u:s3cret@mail.example.org?tls=none", "password");
        refused("smtp://u:s3cret@mail.example.org?tls=opportunistic", "`tls=opportunistic`");
        refused("smtps://u:s3cret@mail.example.org?tls=none", "`smtp://`");
        refused("smtp://mail.example.org?tls=none&tls=required", "`tls`");
        refused("smtp://mail.example.org?verify=no", "`verify`");
        refused("http://mail.example.org", "`smtp://`");
        refused("smtp://u@mail.example.org", "no password");
        refused("smtp:", "host");
        refused("mail.example.org:25", "smtp://");
        refused("smtp://mail.example.org/ehlo", "`?tls=");
    }

    #[test]
    fn a_password_is_decoded_and_never_printed() {
        let options = SmtpOptions::parse("smtps://ada%40example.org:s3cret%2F@mail.example.org").unwrap();
        let login = options.login.as_ref().unwrap();
        assert_eq!(login.user, "ada@example.org");
        assert_eq!(secrecy::ExposeSecret::expose_secret(&login.password), "s3cret/");
        assert!(!format!("{options:?}").contains("s3cret"));
    }

    #[test]
    fn a_sender_is_one_mailbox() {
        assert!(Sender::parse("Membership <no-reply@localhost>", None).is_ok());
        assert!(Sender::parse("no-reply@example.org", Some("Help <help@example.org>")).is_ok());
        let problem = Sender::parse("nobody", None).unwrap_err();
        assert_eq!(problem.setting, "mail_from");
        assert_eq!(Sender::parse("a@example.org", Some("x\r\nBcc: y@z.org")).unwrap_err().setting, "mail_reply_to");
    }
}
