//! How an organization words its mails: texts of its own in place of the built-in ones, checked before they are kept
//! (S0.8, S1.5).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::draft::derived_id;
use crate::id::WordingId;
use crate::input::{InvalidInput, line, paragraph};
use crate::language::Language;

mod syntax;

/// The kinds of mail that an organization may word itself. Those that tell people of a change to their account or their
/// rights are not among them: nobody may word a warning away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateKind {
    /// Somebody is invited; carries the personal link.
    Invitation,
    /// An invitation was not answered yet; carries the same link.
    Reminder,
    /// Somebody has been set up as a member; carries the personal link to a login.
    AccountSetUp,
    /// A session that a member is enrolled in has begun.
    ProgramInvitation,
    /// Administrators learn of an acceptance.
    InvitationAccepted,
    /// A member learns that access is open.
    SeatAllocated,
    /// A member learns that access waits for a seat.
    SeatAwaited,
    /// Administrators learn that the seats fill up.
    SeatsFilling,
    /// A member learns that access will end on a date.
    AccessEnding,
    /// A member learns that access has ended on its date.
    AccessEnded,
    /// A former member learns that access has ended.
    AccessRemoved,
    /// Administrators learn that a member's access will end on a date.
    MemberDeactivating,
    /// Administrators learn that a member's access has ended on its date.
    MemberDeactivated,
}

/// A placeholder of a kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between the braces.
    pub name: &'static str,
    /// Whether some mails of the kind have nothing to fill it with.
    pub optional: bool,
    /// Whether it says yes or no, for `{% if … %}` alone.
    pub flag: bool,
}

const fn always(name: &'static str) -> Placeholder {
    Placeholder { name, optional: false, flag: false }
}

const fn sometimes(name: &'static str) -> Placeholder {
    Placeholder { name, optional: true, flag: false }
}

const fn flag(name: &'static str) -> Placeholder {
    Placeholder { name, optional: true, flag: true }
}

const ORGANIZATION: Placeholder = always("organization");
const LINK: Placeholder = always("link");
const SITE: Placeholder = always("site");

impl TemplateKind {
    /// Every kind, in the order in which pages list them.
    pub const ALL: [Self; 13] = [
        Self::Invitation,
        Self::Reminder,
        Self::AccountSetUp,
        Self::ProgramInvitation,
        Self::InvitationAccepted,
        Self::SeatAllocated,
        Self::SeatAwaited,
        Self::SeatsFilling,
        Self::AccessEnding,
        Self::AccessEnded,
        Self::AccessRemoved,
        Self::MemberDeactivating,
        Self::MemberDeactivated,
    ];

    /// The name in the API and the tables: that of the mail's [`Content`](crate::message::Content).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
            Self::AccountSetUp => "account_set_up",
            Self::ProgramInvitation => "program_invitation",
            Self::InvitationAccepted => "invitation_accepted",
            Self::SeatAllocated => "seat_allocated",
            Self::SeatAwaited => "seat_awaited",
            Self::SeatsFilling => "seats_filling",
            Self::AccessEnding => "access_ending",
            Self::AccessEnded => "access_ended",
            Self::AccessRemoved => "access_removed",
            Self::MemberDeactivating => "member_deactivating",
            Self::MemberDeactivated => "member_deactivated",
        }
    }

    /// The placeholders that a text of this kind may use.
    pub fn placeholders(self) -> &'static [Placeholder] {
        const NAME: Placeholder = always("name");
        const MEMBER: Placeholder = always("member");
        const INVITER: Placeholder = sometimes("inviter");
        const ROLE: Placeholder = always("role");
        const EXPIRES_AT: Placeholder = always("expires_at");
        match self {
            Self::Invitation => &const { [ORGANIZATION, INVITER, ROLE, sometimes("message"), EXPIRES_AT, LINK, SITE] },
            Self::Reminder => &const { [ORGANIZATION, INVITER, ROLE, EXPIRES_AT, LINK, SITE] },
            Self::AccountSetUp => {
                &const {
                    let (username, initial_password) = (sometimes("username"), flag("initial_password"));
                    [ORGANIZATION, NAME, username, initial_password, EXPIRES_AT, LINK, SITE]
                }
            }
            Self::ProgramInvitation => {
                &const {
                    let (from, to) = (always("starts_at"), always("ends_at"));
                    let (program, title) = (always("program"), always("title"));
                    [ORGANIZATION, NAME, program, title, sometimes("message"), from, to, LINK, SITE]
                }
            }
            Self::InvitationAccepted => &const { [ORGANIZATION, MEMBER, flag("awaits_seat"), LINK, SITE] },
            Self::SeatAllocated | Self::SeatAwaited => &const { [ORGANIZATION, MEMBER, LINK, SITE] },
            Self::SeatsFilling => &const { [ORGANIZATION, always("taken"), always("limit"), flag("full"), LINK, SITE] },
            Self::AccessEnding | Self::AccessEnded => &const { [ORGANIZATION, NAME, always("at"), SITE] },
            Self::AccessRemoved => &const { [ORGANIZATION, MEMBER, SITE] },
            Self::MemberDeactivating | Self::MemberDeactivated => {
                &const { [ORGANIZATION, NAME, always("at"), LINK, SITE] }
            }
        }
    }

    /// The placeholder without which a mail of this kind is of no use to its reader (S0.8).
    pub fn required(self) -> Option<&'static str> {
        matches!(self, Self::Invitation | Self::Reminder | Self::AccountSetUp).then_some("link")
    }
}

impl fmt::Display for TemplateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TemplateKind {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|it| format!("`{it}`")).collect();
            InvalidInput::new("kind", "unknown-template-kind", format!("must be one of {}", known.join(", ")))
        })
    }
}

/// A template: the text for one kind of mail in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TemplateKey {
    /// Of which mail.
    pub kind: TemplateKind,
    /// In which language.
    pub language: Language,
}

impl TemplateKey {
    /// The template of a mail; `None` if an organization cannot word its kind.
    pub fn of(kind: &str, language: Language) -> Option<Self> {
        Some(Self { kind: kind.parse().ok()?, language })
    }

    /// Every template.
    pub fn all() -> impl Iterator<Item = Self> {
        let languages = |kind| Language::ALL.into_iter().map(move |language| Self { kind, language });
        TemplateKind::ALL.into_iter().flat_map(languages)
    }
}

impl fmt::Display for TemplateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.language)
    }
}

impl From<TemplateKey> for String {
    fn from(key: TemplateKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for TemplateKey {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (kind, language) = text.split_once('/').unwrap_or((&text, ""));
        Ok(Self { kind: kind.parse()?, language: language.parse()? })
    }
}

/// A subject and a text with placeholders. It never changes: another text is another wording, and its id follows from
/// what it says (`docs/decisions/0031-a-text-is-known-by-what-it-says.md`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wording {
    /// Its id.
    pub id: WordingId,
    /// The subject.
    pub subject: String,
    /// The text, of which the HTML part is made as well.
    pub text: String,
}

impl Wording {
    /// The longest subject, in characters.
    pub const LONGEST_SUBJECT: usize = 200;
    /// The longest text, in characters.
    pub const LONGEST_TEXT: usize = 5_000;
    /// How many placeholders a text may have.
    pub const MOST_PLACEHOLDERS: usize = 50;

    /// A wording as it was kept, or as it is built in.
    pub fn of(subject: String, text: String) -> Self {
        let id = WordingId(derived_id(&[b"wording", subject.as_bytes(), text.as_bytes()]));
        Self { id, subject, text }
    }

    /// Cleans and checks what somebody wrote for a kind of mail: `{{ name }}` and `{% if name %}…{% else %}…{% endif %}`
    /// are understood and nothing else is, every placeholder is known, and the required one shows in every mail that can
    /// be made of it (S0.8).
    ///
    /// # Errors
    /// About `subject` or `text`: `empty`, `too-long`, `control-character`, `markup`, `address-of-a-site`,
    /// `missing-placeholder`, `unknown-placeholder`, `not-a-placeholder`, `only-a-condition`, `unbalanced-condition` or
    /// `too-many-placeholders`.
    pub fn parse(kind: TemplateKind, subject: &str, text: &str) -> Result<Self, InvalidInput> {
        let subject = line("subject", subject, Self::LONGEST_SUBJECT)?;
        let text = paragraph("text", text, Self::LONGEST_TEXT)?
            .ok_or_else(|| InvalidInput::new("text", "empty", "must not be empty"))?;
        syntax::check("subject", kind, &subject, None)?;
        syntax::check("text", kind, &text, kind.required())?;
        Ok(Self::of(subject, text))
    }

    /// What is wrong with a wording that was kept, should a newer version know less than the one that kept it.
    ///
    /// # Errors
    /// As [`Wording::parse`] tells.
    pub fn check(&self, kind: TemplateKind) -> Result<(), InvalidInput> {
        Self::parse(kind, &self.subject, &self.text).map(drop)
    }
}

/// What an organization has chosen for a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its own wording; `None` once it went back to the built-in one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wording: Option<WordingId>,
    /// Counts the changes: an `ETag`. It goes on after a reset, so that no two texts share a number.
    pub version: u64,
}

/// Which wordings an organization uses; what is not named was never changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wordings(pub BTreeMap<TemplateKey, Choice>);

impl Wordings {
    /// Whether nothing was ever changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The organization's own wording of a template.
    pub fn chosen(&self, template: TemplateKey) -> Option<WordingId> {
        self.0.get(&template)?.wording
    }

    /// How often a template has changed.
    pub fn version(&self, template: TemplateKey) -> u64 {
        self.0.get(&template).map_or(0, |choice| choice.version)
    }

    /// Chooses a wording, or the built-in one.
    pub fn choose(&mut self, template: TemplateKey, wording: Option<WordingId>) {
        let version = self.version(template).saturating_add(1);
        self.0.insert(template, Choice { wording, version });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: TemplateKind, text: &str, expected: Result<(), &str>) {
        let got = Wording::parse(kind, "Hello", text);
        assert_eq!(got.as_ref().map(drop).map_err(|it| it.code), expected, "{text:?}: {got:?}");
    }

    #[test]
    fn s0_8_the_link_must_survive_the_edit() {
        use TemplateKind::{Invitation, Reminder, SeatAllocated};
        check(Invitation, "Come! {{ link }}", Ok(()));
        check(Invitation, "Come!", Err("missing-placeholder"));
        check(Invitation, "{% if message %}{{ link }}{% endif %}", Err("missing-placeholder"));
        check(Invitation, "{% if inviter %}{{ link }}{% endif %}", Err("missing-placeholder"));
        check(Invitation, "{% if message %}{{ link }}{% else %}{{ link }}{% endif %}", Ok(()));
        check(Invitation, "{% if organization %}{{ link }}{% endif %}", Ok(()));
        // Both conditions alike show it, and one without the other does not.
        let hidden = "{% if inviter %}{{ link }}{% else %}{% if message %}-{% else %}{{ link }}{% endif %}{% endif %}";
        check(Invitation, hidden, Err("missing-placeholder"));
        check(Reminder, "Hello {{ organization }}", Err("missing-placeholder"));
        check(SeatAllocated, "Enjoy, {{ member }}", Ok(()));
        let problem = Wording::parse(Invitation, "Hello", "Come!").unwrap_err();
        assert_eq!(problem.field, "text");
        assert!(problem.to_string().contains("`{{ link }}`"), "{problem}");
    }

    #[test]
    fn an_unknown_placeholder_is_named_with_the_known_ones() {
        let problem = Wording::parse(TemplateKind::Invitation, "Hello", "{{ link }} {{ inviter_name }}").unwrap_err();
        assert_eq!(problem.code, "unknown-placeholder");
        assert!(problem.rule.contains("`inviter_name`") && problem.rule.contains("`inviter`"), "{problem}");
        check(TemplateKind::AccessRemoved, "{{ link }}", Err("unknown-placeholder"));
        let problem = Wording::parse(TemplateKind::Invitation, "{{ nobody }}", "{{ link }}").unwrap_err();
        assert_eq!((problem.field.as_ref(), problem.code), ("subject", "unknown-placeholder"));
        let empty = Wording::parse(TemplateKind::Invitation, "{% if inviter %}x{% endif %}", "{{ link }}");
        assert_eq!(empty.map_err(|it| it.code), Err("empty"));
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
            "{{ if }}",
            "{% if not message %}x{% endif %}",
        ] {
            let got = Wording::parse(TemplateKind::Invitation, "Hello", &format!("{{{{ link }}}} {tag}"));
            let code = got.map_err(|it| it.code);
            assert!(matches!(code, Err("not-a-placeholder" | "unknown-placeholder")), "{tag}: {code:?}");
        }
        let invitation = TemplateKind::Invitation;
        check(invitation, "{{ link }} {% if message %}", Err("unbalanced-condition"));
        check(invitation, "{{ link }} {% endif %}", Err("unbalanced-condition"));
        check(invitation, "{{ link }} {% else %}", Err("unbalanced-condition"));
        check(invitation, "{{link}}{% if role %}{% else %}{% else %}{% endif %}", Err("unbalanced-condition"));
        check(invitation, &"x".repeat(Wording::LONGEST_TEXT + 1), Err("too-long"));
        check(invitation, &"{{ link }}".repeat(51), Err("too-many-placeholders"));
        check(invitation, "{{ link }} } { %} }}", Ok(()));
        check(TemplateKind::SeatsFilling, "{{ full }}", Err("only-a-condition"));
        check(TemplateKind::SeatsFilling, "Seats: {% if full %}all taken{% endif %}", Ok(()));
        let newline = Wording::parse(invitation, "Hello\r\nBcc: a@b.example", "{{ link }}");
        assert_eq!(newline.map_err(|it| it.code), Err("control-character"), "A57");
    }

    #[test]
    fn i7_a_wording_is_known_by_what_it_says() {
        let one = Wording::of("a".to_owned(), "bc".to_owned());
        assert_eq!(one, Wording::of("a".to_owned(), "bc".to_owned()));
        assert_ne!(one.id, Wording::of("ab".to_owned(), "c".to_owned()).id);
    }

    #[test]
    fn choices_survive_being_stored_and_a_reset_counts() {
        let mut wordings = Wordings::default();
        let template = TemplateKey { kind: TemplateKind::Reminder, language: Language::French };
        let wording = Wording::of("a".to_owned(), "b".to_owned());
        wordings.choose(template, Some(wording.id));
        wordings.choose(template, None);
        assert_eq!((wordings.chosen(template), wordings.version(template)), (None, 2));
        wordings.choose(template, Some(wording.id));
        let stored = serde_json::to_string(&wordings).unwrap();
        assert!(stored.starts_with(r#"{"reminder/fr":{"wording":"#), "{stored}");
        assert_eq!(serde_json::from_str::<Wordings>(&stored).unwrap(), wordings);
    }

    #[test]
    fn every_kind_is_a_kind_of_mail() {
        for kind in TemplateKind::ALL {
            assert!(crate::message::Content::KINDS.contains(&kind.as_str()), "{kind}");
            assert_eq!(kind.required().is_some(), kind.required().is_some_and(|it| has(kind, it)), "{kind}");
        }
        assert_eq!(TemplateKey::all().count(), 26);
    }

    fn has(kind: TemplateKind, name: &str) -> bool {
        kind.placeholders().iter().any(|it| it.name == name && !it.optional)
    }
}
