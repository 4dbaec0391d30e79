//! The texts of mails: one subject, text and HTML template of each kind and language, and the check that an edited
//! one must pass.

use membership_core::language::Language;
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

/// What a template may spend on one mail; the longest of ours takes about a hundredth of it.
const FUEL: u64 = 50_000;

/// The longest template that is accepted, in bytes.
const LONGEST: usize = 20_000;

/// The link that stands for the real one while a template is checked.
const SAMPLE_LINK: &str = "https://example.org/i/mli_sample";

macro_rules! defaults {
    ($($language:literal: $($kind:literal)*;)*) => {
        &[
            ("layout.html", include_str!("templates/layout.html")),
            ("parts.html", include_str!("templates/parts.html")),
            $($(
                (concat!($language, "/", $kind, ".subject"), include_str!(concat!("templates/", $language, "/", $kind, ".subject"))),
                (concat!($language, "/", $kind, ".txt"), include_str!(concat!("templates/", $language, "/", $kind, ".txt"))),
                (concat!($language, "/", $kind, ".html"), include_str!(concat!("templates/", $language, "/", $kind, ".html"))),
            )*)*
        ]
    };
}

const DEFAULTS: &[(&str, &str)] = defaults! {
    "en": "invitation" "reminder" "program_invitation" "access_ending" "access_ended" "member_deactivated"
          "invitation_accepted" "seat_allocated" "ownership_transferred" "access_removed"
          "address_verification" "address_in_use" "one_time_login" "password_reset" "additional_address"
          "password_changed" "identities_changed" "second_factor_changed" "addresses_changed"
          "seat_awaited" "seats_filling" "subscription_ending" "account_set_up" "login_changed";
    "fr": "invitation" "reminder" "program_invitation" "access_ending" "access_ended" "member_deactivated"
          "invitation_accepted" "seat_allocated" "ownership_transferred" "access_removed"
          "address_verification" "address_in_use" "one_time_login" "password_reset" "additional_address"
          "password_changed" "identities_changed" "second_factor_changed" "addresses_changed"
          "seat_awaited" "seats_filling" "subscription_ending" "account_set_up" "login_changed";
};

/// The placeholders that a template of this kind may use; `None` if there is no such kind.
///
/// `message`, `former`, `plan`, `awaits_seat`, `full`, `active`, `grace`, `added`, `removed`, `primary`, `linked`,
/// `unlinked`, `username`, `password` and `signed_out` can be empty or false: they are for `{% if … %}`.
pub fn placeholders(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "invitation" => &["organization", "inviter", "role", "message", "expires_at", "link", "site"],
        "account_set_up" => &["organization", "name", "username", "expires_at", "link", "site"],
        "login_changed" => &["organization", "name", "username", "password", "signed_out", "link", "site"],
        "reminder" => &["organization", "inviter", "role", "expires_at", "link", "site"],
        "program_invitation" => {
            &["organization", "name", "program", "title", "message", "starts_at", "ends_at", "link", "site"]
        }
        "access_ending" | "access_ended" => &["organization", "name", "at", "site"],
        "member_deactivated" => &["organization", "name", "at", "link", "site"],
        "invitation_accepted" => &["organization", "member", "awaits_seat", "link", "site"],
        "seat_allocated" | "seat_awaited" => &["organization", "member", "link", "site"],
        "seats_filling" => &["organization", "taken", "limit", "full", "link", "site"],
        "subscription_ending" => {
            &["organization", "plan", "expires_at", "grace_ends_at", "active", "grace", "link", "site"]
        }
        "ownership_transferred" => &["organization", "former", "owner", "link", "site"],
        "access_removed" => &["organization", "member", "site"],
        "address_verification" => &["name", "expires_at", "link", "site"],
        "address_in_use" | "password_changed" => &["name", "link", "site"],
        "one_time_login" | "password_reset" | "additional_address" => &["name", "expires_at", "link", "site"],
        "identities_changed" => &["name", "issuer", "linked", "unlinked", "link", "site"],
        "second_factor_changed" => &[
            "name",
            "totp_added",
            "totp_removed",
            "passkey_added",
            "passkey_removed",
            "codes_made",
            "code_used",
            "reset",
            "link",
            "site",
        ],
        "addresses_changed" => &["name", "address", "added", "removed", "primary", "link", "site"],
        _ => return None,
    })
}

/// The placeholder without which a mail of this kind is of no use to its reader.
pub fn required_placeholder(kind: &str) -> Option<&'static str> {
    let carries_link = [
        "invitation",
        "reminder",
        "account_set_up",
        "address_verification",
        "one_time_login",
        "password_reset",
        "additional_address",
    ];
    carries_link.contains(&kind).then_some("link")
}

/// The default subject of a kind in a language, to begin editing from.
pub fn default_subject(kind: &str, language: Language) -> Option<&'static str> {
    default(kind, language, "subject")
}

/// The default text of a kind in a language, to begin editing from.
pub fn default_text(kind: &str, language: Language) -> Option<&'static str> {
    default(kind, language, "txt")
}

fn default(kind: &str, language: Language, part: &str) -> Option<&'static str> {
    let wanted = template_name(kind, language, part);
    DEFAULTS.iter().find(|(name, _)| *name == wanted).map(|(_, source)| *source)
}

fn template_name(kind: &str, language: Language, part: &str) -> String {
    format!("{}/{kind}.{part}", language.tag())
}

/// Why an edited template is refused. Nothing typed is lost: the text names what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblem {
    /// There is no such kind of mail.
    #[error("there is no kind of mail called `{kind}`")]
    UnknownKind {
        /// What was asked for.
        kind: String,
    },
    /// The template is longer than 20,000 bytes.
    #[error("the template must have at most {LONGEST} bytes")]
    TooLong,
    /// The reader could not do what the mail is for (S0.8).
    #[error("the placeholder `{{{{ {placeholder} }}}}` is missing, or does not show in every mail")]
    Missing {
        /// Which placeholder must be there.
        placeholder: &'static str,
    },
    /// A placeholder that no mail of this kind fills in.
    #[error("there is no placeholder `{placeholder}` here; there are {known}")]
    Unknown {
        /// What was written.
        placeholder: String,
        /// What may be written.
        known: String,
    },
    /// Something in braces that is not among what a template may say.
    #[error("`{tag}` cannot be used: write `{{{{ name }}}}`, or `{{% if name %}}`, `{{% else %}}` and `{{% endif %}}`")]
    NotAllowed {
        /// What was written.
        tag: String,
    },
    /// An `if` without its end, or an end without its `if`.
    #[error("each `{{% if name %}}` needs its `{{% endif %}}`")]
    Unbalanced,
}

impl TemplateProblem {
    /// The broken rule's stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind { .. } => "unknown-template-kind",
            Self::TooLong => "too-long",
            Self::Missing { .. } => "missing-placeholder",
            Self::Unknown { .. } => "unknown-placeholder",
            Self::NotAllowed { .. } => "not-a-placeholder",
            Self::Unbalanced => "unbalanced-condition",
        }
    }
}

/// Checks an edited text of a kind: only known placeholders, and the required one in every mail it can make.
///
/// An edited template is not a program: it may say `{{ name }}` and `{% if name %}…{% else %}…{% endif %}`, no more.
///
/// # Errors
/// [`TemplateProblem`], which names what is missing, unknown or not allowed.
pub fn check_template(kind: &str, source: &str) -> Result<(), TemplateProblem> {
    check_subject(kind, source)?;
    let Some(required) = required_placeholder(kind) else { return Ok(()) };
    let shows_always = [true, false]
        .into_iter()
        .all(|filled| trial(kind, source, filled).is_some_and(|text| text.contains(SAMPLE_LINK)));
    if shows_always { Ok(()) } else { Err(TemplateProblem::Missing { placeholder: required }) }
}

/// Checks an edited subject of a kind: as [`check_template`] does, but no placeholder is required.
///
/// # Errors
/// [`TemplateProblem`], which names what is unknown or not allowed.
pub fn check_subject(kind: &str, source: &str) -> Result<(), TemplateProblem> {
    let known = placeholders(kind).ok_or_else(|| TemplateProblem::UnknownKind { kind: kind.to_owned() })?;
    if LONGEST < source.len() {
        return Err(TemplateProblem::TooLong);
    }
    for tag in tags(source) {
        let placeholder = tag.placeholder()?;
        if let Some(unknown) = placeholder.filter(|name| !known.contains(name)) {
            let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
            return Err(TemplateProblem::Unknown { placeholder: unknown.to_owned(), known: known.join(", ") });
        }
    }
    [true, false].into_iter().try_for_each(|filled| match trial(kind, source, filled) {
        Some(_) => Ok(()),
        None => Err(TemplateProblem::Unbalanced),
    })
}

/// The text that a template makes of samples; `None` if it makes none.
fn trial(kind: &str, source: &str, filled: bool) -> Option<String> {
    let environment = environment().ok()?;
    let samples = placeholders(kind)?.iter().map(|name| {
        let value = match *name {
            "link" => Value::from(SAMPLE_LINK),
            "message" | "former" | "awaits_seat" | "added" | "removed" | "primary" if !filled => Value::from(false),
            name => Value::from(name),
        };
        (*name, value)
    });
    environment.render_str(source, Value::from_pairs(samples)).ok()
}

/// Something in braces, as written.
struct Tag<'a>(&'a str);

impl<'a> Tag<'a> {
    /// The placeholder it names, if it is one of the four things a template may say.
    fn placeholder(&self) -> Result<Option<&'a str>, TemplateProblem> {
        let inside = |open, close| self.0.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).map(str::trim);
        let name = match (inside("{{", "}}"), inside("{%", "%}")) {
            (Some(name), _) => Some(name),
            (_, Some("else" | "endif")) => return Ok(None),
            (_, Some(condition)) => condition.strip_prefix("if ").map(str::trim),
            _ => None,
        };
        let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match name.filter(is_name) {
            Some(name) => Ok(Some(name)),
            None => Err(TemplateProblem::NotAllowed { tag: self.0.chars().take(60).collect() }),
        }
    }
}

/// Everything in braces, in order.
fn tags(source: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = ["{{", "{%", "{#"].into_iter().filter_map(|open| rest.find(open)).min() {
        let Some(tag) = rest.get(at..) else { break };
        let end = ["}}", "%}", "#}"].into_iter().filter_map(|close| tag.find(close)).min();
        let end = end.map_or(tag.len(), |end| end.saturating_add(2));
        let (tag, after) = tag.split_at_checked(end).unwrap_or((tag, ""));
        found.push(Tag(tag));
        rest = after;
    }
    found
}

/// An engine without filters, functions or a way to other files: all it can do is fill in and choose. HTML is escaped
/// by the template's name, and a placeholder that nothing fills is an error.
fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::empty();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(minijinja::default_auto_escape_callback);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(false);
    Ok(environment)
}

/// The default templates, parsed once.
pub(crate) struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Parses all of them.
    pub(crate) fn new() -> Result<Self, minijinja::Error> {
        let mut environment = environment()?;
        for (name, source) in DEFAULTS {
            environment.add_template(name, source)?;
        }
        Ok(Self { environment })
    }

    /// Renders one part (`subject`, `txt` or `html`) of a kind.
    pub(crate) fn render(
        &self,
        kind: &str,
        language: Language,
        part: &str,
        facts: &Value,
    ) -> Result<String, minijinja::Error> {
        self.environment.get_template(&template_name(kind, language, part))?.render(facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use membership_core::message::Content;

    #[track_caller]
    fn check(kind: &str, source: &str, expected: Result<(), &str>) {
        let got = check_template(kind, source);
        assert_eq!(got.as_ref().map_err(TemplateProblem::code).copied(), expected, "{source:?}: {got:?}");
    }

    #[test]
    fn every_default_passes_the_check_that_edited_ones_must_pass() {
        for kind in Content::KINDS {
            for language in Language::ALL {
                check(kind, default_text(kind, language).unwrap(), Ok(()));
                assert_eq!(check_subject(kind, default_subject(kind, language).unwrap()), Ok(()), "{kind} {language}");
            }
        }
    }

    #[test]
    fn s0_8_the_link_must_survive_the_edit() {
        check("invitation", "Come! {{ link }}", Ok(()));
        check("invitation", "Come!", Err("missing-placeholder"));
        check("invitation", "{% if message %}{{ link }}{% endif %}", Err("missing-placeholder"));
        check("invitation", "{% if message %}{{ link }}{% else %}{{ link }}{% endif %}", Ok(()));
        for kind in ["address_verification", "one_time_login", "password_reset", "additional_address"] {
            check(kind, "Hello {{ name }}", Err("missing-placeholder"));
        }
        check("seat_allocated", "Enjoy, {{ member }}", Ok(()));
        let problem = check_template("invitation", "Come!").unwrap_err();
        assert!(problem.to_string().contains("`{{ link }}`"), "{problem}");
    }

    #[test]
    fn an_unknown_placeholder_is_named() {
        let problem = check_template("invitation", "{{ link }} {{ inviter_name }}").unwrap_err();
        assert_eq!(problem.code(), "unknown-placeholder");
        assert!(
            problem.to_string().contains("`inviter_name`") && problem.to_string().contains("`inviter`"),
            "{problem}"
        );
        check("access_removed", "{{ link }}", Err("unknown-placeholder"));
        check("newsletter", "Hello", Err("unknown-template-kind"));
    }

    #[test]
    fn a_template_is_not_a_program() {
        for tag in [
            "{{ link.host }}",
            "{{ 'a' * 999 }}",
            "{{ link|safe }}",
            "{% for c in link %}x{% endfor %}",
            "{% include 'layout.html' %}",
            "{% set link = 'https://evil.example' %}",
            "{% raw %}{{ link }}{% endraw %}",
            "{# {{ link }} #}",
            "{{ link",
            "{{- link -}}",
        ] {
            check("invitation", &format!("{{{{ link }}}} {tag}"), Err("not-a-placeholder"));
        }
        check("invitation", "{{ link }} {% if message %}", Err("unbalanced-condition"));
        check("invitation", "{{ link }} {% endif %}", Err("unbalanced-condition"));
        check("invitation", &"x".repeat(LONGEST + 1), Err("too-long"));
        check("invitation", "{{ link }} } { %} }}", Ok(()));
    }
}
