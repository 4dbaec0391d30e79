//! The texts of mails on the wire.

use membership_core::input::InvalidInput;
use membership_core::port::Letter;
use membership_core::service::TemplateText;
use membership_core::view::TemplateView;
use membership_core::wording::{self, TemplateKind};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A subject and a text with placeholders.
#[derive(Serialize, ToSchema)]
pub(crate) struct Wording {
    subject: String,
    /// The text, of which the HTML part is made as well.
    text: String,
}

impl From<&wording::Wording> for Wording {
    fn from(it: &wording::Wording) -> Self {
        Self { subject: it.subject.clone(), text: it.text.clone() }
    }
}

/// A placeholder, written `{{ name }}`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Placeholder {
    name: &'static str,
    /// Whether the text must show it in every mail.
    required: bool,
    /// Whether some mails have nothing to fill it with; `{% if name %}…{% else %}…{% endif %}` tells them apart.
    optional: bool,
    /// Whether it says yes or no, for conditions alone.
    condition_only: bool,
}

/// The text for one kind of mail in one language.
#[derive(Serialize, ToSchema)]
pub(crate) struct Template {
    /// Which mail, such as `invitation`.
    kind: &'static str,
    /// `en` or `fr`.
    language: &'static str,
    /// Whether the organization uses a text of its own.
    own: bool,
    subject: String,
    text: String,
    /// The text that a reset goes back to.
    built_in: Wording,
    placeholders: Vec<Placeholder>,
    /// Why the organization's own text cannot be used, if it cannot; mail goes out with the built-in one then.
    #[schema(required)]
    problem: Option<String>,
    /// Counts the changes; the `ETag`.
    version: u64,
}

impl From<&TemplateText> for Template {
    fn from(it: &TemplateText) -> Self {
        let (view, kind) = (&it.view, it.view.template.kind);
        let shown = view.own.as_ref().unwrap_or(&it.built_in);
        let placeholder = |it: &wording::Placeholder| Placeholder {
            name: it.name,
            required: kind.required() == Some(it.name),
            optional: it.optional,
            condition_only: it.flag,
        };
        Self {
            kind: kind.as_str(),
            language: view.template.language.tag(),
            own: view.own.is_some(),
            subject: shown.subject.clone(),
            text: shown.text.clone(),
            built_in: Wording::from(&it.built_in),
            placeholders: kind.placeholders().iter().map(placeholder).collect(),
            problem: it.problem.as_ref().map(ToString::to_string),
            version: view.version,
        }
    }
}

/// The templates of an organization; there are always as many.
#[derive(Serialize, ToSchema)]
pub(crate) struct Templates {
    items: Vec<Template>,
}

impl From<&[TemplateText]> for Templates {
    fn from(all: &[TemplateText]) -> Self {
        Self { items: all.iter().map(Template::from).collect() }
    }
}

/// A template as it was saved.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedTemplate {
    /// Which mail.
    kind: &'static str,
    /// `en` or `fr`.
    language: &'static str,
    /// Whether the organization uses a text of its own.
    own: bool,
    #[schema(required)]
    subject: Option<String>,
    #[schema(required)]
    text: Option<String>,
    /// Counts the changes; the `ETag`.
    version: u64,
}

impl From<&TemplateView> for SavedTemplate {
    fn from(it: &TemplateView) -> Self {
        Self {
            kind: it.template.kind.as_str(),
            language: it.template.language.tag(),
            own: it.own.is_some(),
            subject: it.own.as_ref().map(|own| own.subject.clone()),
            text: it.own.as_ref().map(|own| own.text.clone()),
            version: it.version,
        }
    }
}

/// What a mail shall say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWording {
    /// One line, at most 200 characters.
    subject: String,
    /// At most 5,000 characters. `{{ name }}` and `{% if name %}…{% else %}…{% endif %}` are filled in; addresses of sites
    /// other than `{{ link }}` cannot be followed.
    text: String,
}

impl NewWording {
    pub(crate) fn wording(&self, kind: TemplateKind) -> Result<wording::Wording, InvalidInput> {
        wording::Wording::parse(kind, &self.subject, &self.text)
    }

    /// The text for the mail of one invitation.
    pub(crate) fn of_invitation(&self) -> Result<wording::Wording, InvalidInput> {
        self.wording(TemplateKind::Invitation).map_err(|it| {
            let field = format!("wording.{}", it.field);
            it.about(field)
        })
    }
}

/// A text to be shown as a mail; the present one if none is given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewedWording {
    /// Comes with `text`.
    subject: Option<String>,
    /// Comes with `subject`.
    text: Option<String>,
}

impl PreviewedWording {
    pub(crate) fn wording(&self, kind: TemplateKind) -> Result<Option<wording::Wording>, InvalidInput> {
        let missing = |field, other| InvalidInput::new(field, "missing", format!("must be given along with `{other}`"));
        match (&self.subject, &self.text) {
            (None, None) => Ok(None),
            (Some(subject), Some(text)) => wording::Wording::parse(kind, subject, text).map(Some),
            (None, Some(_)) => Err(missing("subject", "text")),
            (Some(_), None) => Err(missing("text", "subject")),
        }
    }
}

/// A mail as its reader would see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailPreview {
    subject: String,
    /// The text part.
    text: String,
    /// The HTML part, with the organization's logo and colour.
    html: String,
}

impl From<&Letter> for MailPreview {
    fn from(it: &Letter) -> Self {
        let (text, html) = (it.text.expose_secret().to_owned(), it.html.expose_secret().to_owned());
        Self { subject: it.subject.clone(), text, html }
    }
}
