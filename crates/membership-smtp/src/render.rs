//! From a message to a letter. The same message always gives the same letter (I7).

use std::sync::Arc;

use membership_core::branding::LogoUrl;
use membership_core::email::EmailAddress;
use membership_core::id::{OrganizationId, UserLinkId};
use membership_core::language::Language;
use membership_core::message::{
    AddressChange, Content, IdentityChange, LoginChange, Message, MessageScope, Recipient, SecondFactorChange,
};
use membership_core::port::{Composer, Letter};
use membership_core::secret::{Link, LinkKind, LinkSigner};
use membership_core::subscription::SubscriptionState;
use membership_core::wording::{TemplateKey, Wording};
use minijinja::{HtmlEscape, Value};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::own::{self, Body};
use crate::setting::SettingError;
use crate::template::{self, Templates};
use crate::wording;

/// Why a message cannot become a letter. Trying again cannot help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// It goes to several people; each needs a message of their own.
    #[error("the message has no single recipient")]
    NoSingleRecipient,
    /// Its content tells of an organization, but it belongs to none.
    #[error("the message does not belong to an organization")]
    NoOrganization,
    /// Its content carries a link of a user, but it belongs to none.
    #[error("the message does not belong to a user")]
    NoUser,
    /// A template failed.
    #[error("the template failed: {0}")]
    Template(String),
}

/// Renders messages: fills the template of the kind and language with the message's facts and its link.
///
/// Links begin with the configured public URL and with nothing else: no request has a say in them (A23).
pub struct Renderer {
    public_url: String,
    site: String,
    signer: Arc<dyn LinkSigner>,
    templates: Templates,
}

impl Renderer {
    /// A renderer whose links begin with `public_url` and are signed by `signer`.
    ///
    /// # Errors
    /// [`SettingError`] about `public_url` if it is not the `http` or `https` address of a site.
    pub fn new(public_url: &str, signer: Arc<dyn LinkSigner>) -> Result<Self, SettingError> {
        let (public_url, site) = origin(public_url)?;
        let templates = Templates::new()
            .map_err(|error| SettingError::new("templates", format!("must hold templates that parse: {error}")))?;
        Ok(Self { public_url, site, signer, templates })
    }

    /// The letter of a message.
    ///
    /// # Errors
    /// [`RenderError`]; the same message fails again.
    pub fn render(&self, message: &Message) -> Result<Letter, RenderError> {
        let link = self.link(message)?;
        self.built_in_letter(message, link.as_ref())
    }

    fn built_in_letter(&self, message: &Message, link: Option<&SecretString>) -> Result<Letter, RenderError> {
        let Recipient::Address(to) = &message.to else { return Err(RenderError::NoSingleRecipient) };
        let facts = Facts { message, link, site: &self.site };
        let subject = wording::one_line(&self.part(message, "subject", facts.of_subject())?);
        let text = self.part(message, "txt", facts.of_text())?;
        let html = self.part(message, "html", facts.of_html(&subject, []))?;
        Ok(letter(message, to, subject, (text, html)))
    }

    /// The letter of a message, worded as its organization or inviter wrote it.
    ///
    /// # Errors
    /// [`RenderError`]; the same message and wording fail again.
    pub fn render_worded(&self, message: &Message, wording: &Wording) -> Result<Letter, RenderError> {
        let link = self.link(message)?;
        self.worded(message, wording, link.as_ref())
    }

    fn worded(&self, message: &Message, wording: &Wording, link: Option<&SecretString>) -> Result<Letter, RenderError> {
        let (kind, language) = (message.content.kind(), message.language);
        // What was not changed looks as it always did.
        if TemplateKey::of(kind, language).is_some_and(|it| template::built_in(it) == *wording) {
            return self.built_in_letter(message, link);
        }
        let Recipient::Address(to) = &message.to else { return Err(RenderError::NoSingleRecipient) };
        let failed = |error: minijinja::Error| RenderError::Template(error.to_string());
        let facts = Facts { message, link, site: &self.site };
        let subject = Templates::fill(&wording.subject, &facts.of_subject()).map_err(failed)?;
        let subject = wording::one_line(&subject);
        let body = Body::new(&Templates::fill(&wording.text, &facts.of_own_text()).map_err(failed)?);
        let address = link.map(ExposeSecret::expose_secret);
        let more = [
            ("blocks", body.html(address)),
            ("preview", Value::from(body.first_words())),
            ("label", Value::from(own::label(kind, language))),
            ("hint", Value::from(own::hint(language))),
        ];
        let html = self.templates.render_own(&facts.of_html(&subject, more)).map_err(failed)?;
        Ok(letter(message, to, subject, (body.text(address), html)))
    }

    fn part(&self, message: &Message, part: &str, facts: Value) -> Result<String, RenderError> {
        self.templates
            .render(message.content.kind(), message.language, part, &facts)
            .map_err(|error| RenderError::Template(error.to_string()))
    }

    /// Where the message leads: exactly one address, or none.
    fn link(&self, message: &Message) -> Result<Option<SecretString>, RenderError> {
        let public_url = &self.public_url;
        let link = match &message.content {
            Content::Invitation { invitation, generation, .. } | Content::Reminder { invitation, generation, .. } => {
                let link = Link::to_invitation(organization(message)?, *invitation, *generation);
                format!("{public_url}/i/{}", self.signer.sign(&link).expose_secret())
            }
            Content::AccountSetUp { member, generation, .. } => {
                let link = Link::to_set_up(organization(message)?, *member, *generation);
                format!("{public_url}/join/{}", self.signer.sign(&link).expose_secret())
            }
            Content::AddressVerification { sign_up, .. } => {
                format!("{public_url}/verify/{}", self.signer.sign(&Link::to_sign_up(*sign_up)).expose_secret())
            }
            Content::InvitationAccepted { awaits_seat, .. } => {
                let list = if *awaits_seat { "seats" } else { "members" };
                format!("{public_url}/organizations/{}/{list}", organization(message)?)
            }
            Content::MemberDeactivating { .. } | Content::MemberDeactivated { .. } => {
                format!("{public_url}/organizations/{}/members", organization(message)?)
            }
            Content::SeatsFilling { .. } | Content::SeatAwaited { .. } => {
                format!("{public_url}/organizations/{}/seats", organization(message)?)
            }
            Content::SubscriptionEnding { .. } => {
                format!("{public_url}/organizations/{}/subscription", organization(message)?)
            }
            Content::SeatAllocated { .. }
            | Content::OwnershipTransferred { .. }
            | Content::ProgramInvitation { .. } => {
                format!("{public_url}/organizations/{}", organization(message)?)
            }
            Content::AddressInUse { .. } => format!("{public_url}/sign-in"),
            Content::OneTimeLogin { link, generation, .. } => {
                self.user_link(message, (LinkKind::OneTimeLogin, "login"), (*link, *generation))?
            }
            Content::PasswordReset { link, generation, .. } => {
                self.user_link(message, (LinkKind::PasswordReset, "reset"), (*link, *generation))?
            }
            Content::AdditionalAddress { link, generation, .. } => {
                self.user_link(message, (LinkKind::Verification, "confirm"), (*link, *generation))?
            }
            Content::LoginChanged { .. }
            | Content::PasswordChanged { .. }
            | Content::SecondFactorChanged { .. }
            | Content::AddressesChanged { .. } => {
                format!("{public_url}/forgot-password")
            }
            Content::IdentitiesChanged { .. } => format!("{public_url}/identities"),
            Content::AccessRemoved { .. }
            | Content::AccessEnding { .. }
            | Content::AccessEnded { .. }
            | Content::Errand { .. }
            | Content::RecoveryRequested { .. } => return Ok(None),
        };
        Ok(Some(SecretString::from(link)))
    }

    /// The address that opens a link of a user.
    fn user_link(
        &self,
        message: &Message,
        (kind, page): (LinkKind, &str),
        (link, generation): (UserLinkId, u32),
    ) -> Result<String, RenderError> {
        let MessageScope::User(user) = message.scope else { return Err(RenderError::NoUser) };
        let link = self.signer.sign(&Link::to_user(kind, user, link, generation));
        Ok(format!("{}/{page}/{}", self.public_url, link.expose_secret()))
    }
}

fn letter(message: &Message, to: &EmailAddress, subject: String, (text, html): (String, String)) -> Letter {
    Letter {
        id: message.id,
        to: to.clone(),
        sender_name: message.branding.sender_name.clone(),
        reply_to: message.branding.reply_to.clone(),
        subject,
        text: SecretString::from(format!("{}\n", text.trim_end())),
        html: SecretString::from(html),
        date: message.created_at,
    }
}

impl Composer for Renderer {
    fn built_in(&self, template: TemplateKey) -> Wording {
        template::built_in(template)
    }

    fn preview(&self, message: &Message, wording: &Wording) -> Result<Letter, String> {
        let personal = match message.content {
            Content::Invitation { .. } | Content::Reminder { .. } => Some("i/mli_example"),
            Content::AccountSetUp { .. } => Some("join/mls_example"),
            _ => None,
        };
        let link = match personal {
            Some(example) => Some(SecretString::from(format!("{}/{example}", self.public_url))),
            None => self.link(message).map_err(|error| error.to_string())?,
        };
        self.worded(message, wording, link.as_ref()).map_err(|error| error.to_string())
    }
}

fn organization(message: &Message) -> Result<OrganizationId, RenderError> {
    match message.scope {
        MessageScope::Organization(id) => Ok(id),
        MessageScope::User(_) | MessageScope::SignUp(_) => Err(RenderError::NoOrganization),
    }
}

/// The public URL without a slash at its end, and its host as readers see it.
fn origin(public_url: &str) -> Result<(String, String), SettingError> {
    let refuse = |problem: &str| SettingError::new("public_url", problem);
    let url = Url::parse(public_url).map_err(|_| refuse("must be an address such as `https://members.example.org`"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("must begin with `https://` or `http://`"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("must have neither a user, nor a `?`, nor a `#`"));
    }
    // What remains are characters that mean the same in a text, in HTML and at the end of a sentence.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
    let text = url.as_str().trim_end_matches('/').to_owned();
    match url.host_str() {
        Some(host) if text.chars().all(is_plain) => Ok((text, host.to_owned())),
        _ => Err(refuse("must have only letters, digits and `-._~:/` after the host's name")),
    }
}

/// The facts of a message as a template's placeholders.
struct Facts<'a> {
    message: &'a Message,
    link: Option<&'a SecretString>,
    site: &'a str,
}

/// How people's words are written in a part of the mail.
struct Words {
    name: fn(&str) -> Value,
    message: fn(&str) -> Value,
}

impl Facts<'_> {
    /// A subject is never made clickable, so that names stay as they are.
    fn of_subject(&self) -> Value {
        let words =
            Words { name: |text| Value::from(wording::one_line(text)), message: |text| wording::one_line(text).into() };
        Value::from_pairs(self.placeholders(&words))
    }

    fn of_text(&self) -> Value {
        let message = |text: &str| Value::from(wording::quoted(&wording::inert(&wording::paragraph(text))));
        Value::from_pairs(self.placeholders(&Words { name: inert_line, message }))
    }

    /// For a text that is made inert as a whole when it is filled.
    fn of_own_text(&self) -> Value {
        let words = Words {
            name: |text| wording::one_line(text).into(),
            message: |text| wording::quoted(&wording::paragraph(text)).into(),
        };
        let mut placeholders = self.placeholders(&words);
        for (_, value) in placeholders.iter_mut().filter(|(name, _)| *name == "link") {
            *value = Value::from(own::LINK.to_string());
        }
        Value::from_pairs(placeholders)
    }

    fn of_html(&self, subject: &str, more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let words = Words { name: inert_line, message: lines_as_html };
        let mut placeholders = self.placeholders(&words);
        let link = self.link.map(|link| Value::from_safe_string(link.expose_secret().to_owned()));
        placeholders.retain(|(name, _)| *name != "link");
        placeholders.push(("link", Value::from(link)));
        placeholders.push(("language", Value::from(self.message.language.tag())));
        placeholders.push(("subject", Value::from(subject)));
        let branding = &self.message.branding;
        placeholders.push(("accent", Value::from(branding.accent.map(|accent| accent.to_string()))));
        let on_dark = branding.accent.map_or(USUAL_ON_DARK.to_owned(), |accent| accent.on_dark().to_string());
        placeholders.push(("accent_on_dark", Value::from(on_dark)));
        placeholders.push(("logo", Value::from(branding.logo_url.as_ref().map(logo))));
        placeholders.extend(more);
        Value::from_pairs(placeholders)
    }

    fn placeholders(&self, words: &Words) -> Vec<(&'static str, Value)> {
        let mut placeholders = vec![("site", Value::from(self.site))];
        if let Some(link) = self.link {
            placeholders.push(("link", Value::from(link.expose_secret())));
        }
        let language = self.message.language;
        placeholders.extend(match &self.message.content {
            Content::Invitation { organization, inviter, role, message, expires_at, .. } => vec![
                ("organization", (words.name)(organization)),
                ("inviter", optional(inviter.as_deref(), words.name)),
                ("role", Value::from(wording::role(role, language))),
                ("message", optional(message.as_deref(), words.message)),
                ("expires_at", date(*expires_at, language)),
            ],
            Content::AccountSetUp { organization, name, username, initial_password, expires_at, .. } => vec![
                ("organization", (words.name)(organization)),
                ("name", (words.name)(name)),
                // To be typed as it stands: nothing may stand between its letters.
                ("username", Value::from(username.as_deref().unwrap_or_default())),
                ("initial_password", Value::from(*initial_password)),
                ("expires_at", date(*expires_at, language)),
            ],
            Content::LoginChanged { organization, name, change, username } => vec![
                ("organization", (words.name)(organization)),
                ("name", (words.name)(name)),
                ("renamed", Value::from(*change == LoginChange::Username || username.is_some())),
                ("username", optional(username.as_deref(), words.name)),
                ("password", Value::from(*change == LoginChange::Password)),
                ("signed_out", Value::from(*change == LoginChange::SignedOut)),
                ("cleared", Value::from(*change == LoginChange::Cleared)),
                ("untied", Value::from(*change == LoginChange::Untied)),
                ("given_back", Value::from(*change == LoginChange::GivenBack)),
            ],
            Content::Reminder { organization, inviter, role, expires_at, .. } => vec![
                ("organization", (words.name)(organization)),
                ("inviter", optional(inviter.as_deref(), words.name)),
                ("role", Value::from(wording::role(role, language))),
                ("expires_at", date(*expires_at, language)),
            ],
            Content::ProgramInvitation { organization, name, program, title, message, starts_at, ends_at, .. } => vec![
                ("organization", (words.name)(organization)),
                ("name", (words.name)(name)),
                ("program", (words.name)(program)),
                ("title", (words.name)(title)),
                ("message", optional(message.as_deref(), words.message)),
                ("starts_at", date(*starts_at, language)),
                ("ends_at", date(*ends_at, language)),
            ],
            Content::AccessEnding { organization, name, at, .. }
            | Content::AccessEnded { organization, name, at, .. }
            | Content::MemberDeactivating { organization, name, at, .. }
            | Content::MemberDeactivated { organization, name, at, .. } => vec![
                ("organization", (words.name)(organization)),
                ("name", (words.name)(name)),
                ("at", date(*at, language)),
            ],
            Content::InvitationAccepted { organization, member, awaits_seat } => vec![
                ("organization", (words.name)(organization)),
                ("member", (words.name)(member)),
                ("awaits_seat", Value::from(*awaits_seat)),
            ],
            Content::SeatAllocated { organization, member }
            | Content::SeatAwaited { organization, member }
            | Content::AccessRemoved { organization, member } => {
                vec![("organization", (words.name)(organization)), ("member", (words.name)(member))]
            }
            Content::SeatsFilling { organization, taken, limit } => vec![
                ("organization", (words.name)(organization)),
                ("taken", Value::from(*taken)),
                ("limit", Value::from(*limit)),
                ("full", Value::from(limit <= taken)),
            ],
            Content::SubscriptionEnding { organization, plan, state, expires_at, grace_ends_at } => vec![
                ("organization", (words.name)(organization)),
                ("plan", optional(plan.as_deref(), words.name)),
                ("expires_at", date(*expires_at, language)),
                ("grace_ends_at", date(*grace_ends_at, language)),
                ("active", Value::from(*state == SubscriptionState::Active)),
                ("grace", Value::from(*state == SubscriptionState::Grace)),
            ],
            Content::OwnershipTransferred { organization, former, owner } => vec![
                ("organization", (words.name)(organization)),
                ("former", optional(former.as_deref(), words.name)),
                ("owner", (words.name)(owner)),
            ],
            Content::AddressVerification { name, expires_at, .. } => {
                vec![("name", (words.name)(name)), ("expires_at", date(*expires_at, language))]
            }
            Content::AddressInUse { name } | Content::PasswordChanged { name } => vec![("name", (words.name)(name))],
            Content::OneTimeLogin { name, expires_at, .. }
            | Content::PasswordReset { name, expires_at, .. }
            | Content::AdditionalAddress { name, expires_at, .. } => {
                vec![("name", (words.name)(name)), ("expires_at", date(*expires_at, language))]
            }
            Content::IdentitiesChanged { name, issuer, change } => vec![
                ("name", (words.name)(name)),
                ("issuer", (words.name)(issuer)),
                ("linked", Value::from(*change == IdentityChange::Linked)),
                ("unlinked", Value::from(*change == IdentityChange::Unlinked)),
            ],
            Content::SecondFactorChanged { name, change } => {
                let whether = |it: &SecondFactorChange| (it.as_str(), Value::from(it == change));
                let changes = SecondFactorChange::ALL.iter().map(whether);
                std::iter::once(("name", (words.name)(name))).chain(changes).collect()
            }
            Content::AddressesChanged { name, address, change } => vec![
                ("name", (words.name)(name)),
                ("address", (words.name)(address.as_str())),
                ("added", Value::from(*change == AddressChange::Added)),
                ("removed", Value::from(*change == AddressChange::Removed)),
                ("primary", Value::from(*change == AddressChange::MadePrimary)),
            ],
            Content::Errand { .. } | Content::RecoveryRequested { .. } => Vec::new(),
        });
        placeholders
    }
}

/// The colour of bands and buttons on a dark ground where the organization has none of its own.
const USUAL_ON_DARK: &str = "#a9b4ff";

/// A logo's address as an attribute: it holds neither quotes nor angle brackets.
fn logo(url: &LogoUrl) -> Value {
    Value::from_safe_string(url.as_str().replace('&', "&amp;"))
}

fn inert_line(text: &str) -> Value {
    Value::from(wording::inert(&wording::one_line(text)))
}

/// Several lines as HTML: each escaped, none of them markup.
fn lines_as_html(text: &str) -> Value {
    let text = wording::inert(&wording::paragraph(text));
    let lines: Vec<_> = text.lines().map(|line| HtmlEscape(line).to_string()).collect();
    Value::from_safe_string(lines.join("<br>\n"))
}

fn optional(text: Option<&str>, word: fn(&str) -> Value) -> Value {
    text.filter(|text| !text.trim().is_empty()).map_or(Value::from(()), word)
}

fn date(at: time::OffsetDateTime, language: Language) -> Value {
    Value::from(wording::date(at, language))
}
