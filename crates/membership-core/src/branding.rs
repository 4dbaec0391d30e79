//! How an organization looks, signs and words its mails: logo, accent colour, what its mails say they come from, and
//! which texts they use (S3.8, S1.5).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::input::{InvalidInput, line};
use crate::language::Language;
use crate::wording::{TemplateKey, Wordings};

/// How an organization looks and signs. Nothing of it is set at first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Branding {
    /// The picture beside the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<LogoUrl>,
    /// The colour of the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Accent>,
    /// The name in the `From` of the organization's mails; the deployment's address stays behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<SenderName>,
    /// Where answers to the organization's mails go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<EmailAddress>,
    /// Which texts of its own its mails use; in a message, the one that it was written with.
    #[serde(skip_serializing_if = "Wordings::is_empty")]
    pub wordings: Wordings,
}

impl Branding {
    /// What one mail keeps of it: of all wordings, the one that the mail is written with.
    #[must_use]
    pub fn of_mail(&self, kind: &str, language: Language) -> Self {
        let template = TemplateKey::of(kind, language);
        let mut kept = self.clone();
        kept.wordings.0.retain(|key, choice| Some(*key) == template && choice.wording.is_some());
        kept
    }
}

/// Where a logo is: an `https` address of one host, without anything a policy or an attribute could be broken with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogoUrl(String);

impl LogoUrl {
    /// The longest address, in bytes.
    pub const LONGEST: usize = 500;

    /// Parses an address: `https`, a host name of letters, digits, dots and hyphens with an optional port, a path.
    /// No user name and no fragment. Addresses of the deployment's own network are told apart by nobody here: the
    /// server never fetches a logo, only the reader's browser does.
    ///
    /// # Errors
    /// `too-long` or `not-an-https-address`, about the field `logo_url`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let text = text.trim();
        if Self::LONGEST < text.len() {
            return Err(InvalidInput::new("logo_url", "too-long", "must have at most 500 characters"));
        }
        let refused = || {
            let rule = "must be the address of a picture that begins with `https://`, such as \
                        `https://example.org/logo.png`";
            InvalidInput::new("logo_url", "not-an-https-address", rule)
        };
        let rest = text.strip_prefix("https://").ok_or_else(refused)?;
        let (authority, path) = rest.split_once('/').ok_or_else(refused)?;
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
        let in_path = |c: char| c.is_ascii_alphanumeric() || "-._~%!$&()*+=:@/?".contains(c);
        if is_host(host) && port_fits && path.chars().all(in_path) {
            return Ok(Self(text.to_owned()));
        }
        Err(refused())
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port: what a page's policy must let pictures come from.
    pub fn origin(&self) -> &str {
        let rest = self.0.get("https://".len()..).unwrap_or_default();
        let host = rest.find('/').unwrap_or(rest.len());
        self.0.get(.."https://".len().saturating_add(host)).unwrap_or_default()
    }
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (1..=63).contains(&label.len()) && label.chars().all(inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= 253 && host.contains('.') && host.split('.').all(label)
}

impl TryFrom<String> for LogoUrl {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<LogoUrl> for String {
    fn from(url: LogoUrl) -> Self {
        url.0
    }
}

impl fmt::Display for LogoUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name in a `From`: one line that every mail header can hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SenderName(String);

impl SenderName {
    /// The longest name, in characters.
    pub const LONGEST: usize = 60;

    /// Cleans and checks a name. What looks like an address would pretend to be the sender's (A56, A57).
    ///
    /// # Errors
    /// `empty`, `too-long`, `control-character`, `markup`, `address-of-a-site` or `looks-like-an-address`, about the
    /// field `sender_name`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let text = line("sender_name", text, Self::LONGEST)?;
        if text.contains('@') {
            let rule = "must be a name and not an address; answers go where `reply_to` says";
            return Err(InvalidInput::new("sender_name", "looks-like-an-address", rule));
        }
        Ok(Self(text))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SenderName {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<SenderName> for String {
    fn from(name: SenderName) -> Self {
        name.0
    }
}

/// An accent colour on which white text, and which as text on white, can be read: WCAG 2.2, success criterion 1.4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent {
    red: u8,
    green: u8,
    blue: u8,
}

/// The least contrast of ordinary text (WCAG 2.2, level AA).
const LEAST_CONTRAST: f64 = 4.5;

impl Accent {
    /// Parses `#rrggbb` and checks that it can be read on white, and white on it. Pages lighten it themselves where the
    /// ground is dark ([`Accent::on_dark`]).
    ///
    /// # Errors
    /// `not-a-colour`, or `too-pale`, which names the nearest darker shade that can be read; about the field `accent`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let accent = Self::read(text.trim())
            .ok_or_else(|| InvalidInput::new("accent", "not-a-colour", "must be a colour such as `#0b5cad`"))?;
        if LEAST_CONTRAST <= accent.contrast_with_white() {
            return Ok(accent);
        }
        let contrast = accent.contrast_with_white();
        let nearest = accent.nearest(|it| LEAST_CONTRAST <= it.contrast_with_white(), 0);
        let rule = format!(
            "must contrast with white by at least 4.5 to 1 (WCAG AA), and this colour has {contrast:.1}; the nearest \
             shade that does is `{nearest}`"
        );
        Err(InvalidInput::new("accent", "too-pale", rule))
    }

    /// The shade of it that can be read on a dark ground (`#101418`).
    #[must_use]
    pub fn on_dark(self) -> Self {
        let dark = Self { red: 0x10, green: 0x14, blue: 0x18 };
        self.nearest(|it| LEAST_CONTRAST <= contrast(it.luminance(), dark.luminance()), 255)
    }

    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|it| it.len() == 6 && it.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let byte = |from: usize| u8::from_str_radix(digits.get(from..from.saturating_add(2))?, 16).ok();
        Some(Self { red: byte(0)?, green: byte(2)?, blue: byte(4)? })
    }

    /// How white stands out against it, 1 to 21.
    fn contrast_with_white(self) -> f64 {
        contrast(1.0, self.luminance())
    }

    /// Relative luminance, as WCAG 2.2 defines it.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// The first shade that fits on the way from this colour to black (`0`) or white (`255`).
    fn nearest(self, fits: impl Fn(Self) -> bool, end: u8) -> Self {
        let toward = |channel: u8, step: u16| {
            let (from, to) = (u32::from(channel), u32::from(end));
            let mixed = (from * u32::from(255 - step) + to * u32::from(step)) / 255;
            u8::try_from(mixed).unwrap_or(end)
        };
        let shade = |step: u16| Self {
            red: toward(self.red, step),
            green: toward(self.green, step),
            blue: toward(self.blue, step),
        };
        (0..=255).map(shade).find(|it| fits(*it)).unwrap_or(Self { red: end, green: end, blue: end })
    }
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl TryFrom<String> for Accent {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Accent> for String {
    fn from(accent: Accent) -> Self {
        accent.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_8_a_logo_is_an_https_address_and_nothing_else() {
        let logo = LogoUrl::parse(" https://cdn.example.org:8443/a/logo.png?v=2 ").unwrap();
        assert_eq!(logo.origin(), "https://cdn.example.org:8443");
        assert_eq!(LogoUrl::parse("https://example.org/").unwrap().origin(), "https://example.org");
        for bad in [
            "http://example.org/a.png",
            "https://example.org",
            "https://localhost/a.png",
            "https://ada@example.org/a.png",
            "https://example.org/a.png#x",
            "https://example.org/a.png'; script-src *",
            "https://example.org;script-src/a",
            "https://example.org:0/a",
            "https://-a.org/x",
            "data:image/png;base64,AAAA",
            "javascript:alert(1)",
            "https://example.org/\"><script>",
            "https://exa mple.org/a",
            "https://example.org/\r\nX: y",
        ] {
            assert_eq!(LogoUrl::parse(bad).map_err(|it| it.code), Err("not-an-https-address"), "{bad}");
        }
        let long = format!("https://example.org/{}", "x".repeat(500));
        assert_eq!(LogoUrl::parse(&long).map_err(|it| it.code), Err("too-long"));
    }

    #[test]
    fn s3_8_an_accent_can_be_read_and_the_error_names_one_that_can() {
        for good in ["#0b5cad", "#000000", "#767676"] {
            assert_eq!(Accent::parse(good).unwrap().to_string(), good);
        }
        for pale in ["#ffffff", "#ffff00", "#777777", "#00ff00", "#4da6ff"] {
            let refused = Accent::parse(pale).unwrap_err();
            assert_eq!(refused.code, "too-pale", "{pale}");
            let nearest = refused.rule.rsplit('`').nth(1).unwrap();
            assert_eq!(Accent::parse(nearest).unwrap().to_string(), nearest, "{pale} → {nearest}");
        }
        for bad in ["", "blue", "#fff", "#gggggg", "#0b5cad;", "0b5cad", "#0b5cädd"] {
            assert_eq!(Accent::parse(bad).map_err(|it| it.code), Err("not-a-colour"), "{bad}");
        }
        let black = Accent::parse("#000000").unwrap().on_dark();
        assert!(4.5 <= contrast(black.luminance(), Accent::read("#101418").unwrap().luminance()), "{black}");
    }

    #[test]
    fn a57_a_sender_is_a_name_on_one_line() {
        assert_eq!(SenderName::parse(" Acme, Inc. ").unwrap().as_str(), "Acme, Inc.");
        for (bad, code) in [
            ("", "empty"),
            ("Acme\r\nBcc: x@example.org", "control-character"),
            ("ceo@bank.example", "looks-like-an-address"),
            ("<b>Acme</b>", "markup"),
        ] {
            assert_eq!(SenderName::parse(bad).map_err(|it| it.code), Err(code), "{bad}");
        }
    }

    #[test]
    fn branding_survives_being_stored() {
        let branding = Branding {
            logo_url: LogoUrl::parse("https://example.org/l.svg").ok(),
            accent: Accent::parse("#0b5cad").ok(),
            sender_name: SenderName::parse("Acme").ok(),
            reply_to: EmailAddress::parse("help@example.org").ok(),
            wordings: Wordings::default(),
        };
        let stored = serde_json::to_string(&branding).unwrap();
        assert_eq!(serde_json::from_str::<Branding>(&stored).unwrap(), branding);
        assert_eq!(serde_json::to_string(&Branding::default()).unwrap(), "{}");
    }
}
