//! Every text of the pages, in English and French (`locales/`), and how dates, roles and refusals are put in words.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use membership_core::import::RowProblem;
use membership_core::input::InvalidInput;
use membership_core::language::Language;
use membership_core::policy::{MOST_VALID_DAYS, SeatPolicy};
use membership_core::refusal::Refusal;
use membership_core::role::{Permission, Role};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "en",
        customise: |bundle| {
            // Isolation marks around every argument would end up in copied text; `isolated` sets apart what needs it.
            bundle.set_use_isolating(false);
            if bundle.locales.iter().any(|it| *it == Language::French.tag()) {
                bundle.set_formatter(Some(|value, _| counted(value, Language::French)));
            } else {
                bundle.set_formatter(Some(|value, _| counted(value, Language::English)));
            }
        },
    };
}

static ENGLISH: LazyLock<LanguageIdentifier> = LazyLock::new(|| "en".parse().unwrap_or_default());
static FRENCH: LazyLock<LanguageIdentifier> = LazyLock::new(|| "fr".parse().unwrap_or_default());

type Arguments = HashMap<Cow<'static, str>, FluentValue<'static>>;

/// The texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    pub language: Language,
}

impl Words {
    /// The language a browser asks for, among those there are.
    pub(crate) fn asked_for(headers: &HeaderMap) -> Self {
        let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self { language: preferred(asked) }
    }

    /// A text without arguments.
    pub(crate) fn t(self, key: &str) -> String {
        self.look_up(key, &Arguments::new())
    }

    /// A text about one thing.
    pub(crate) fn t1(self, key: &str, name: &'static str, value: impl Display) -> String {
        self.look_up(key, &arguments([(name, value.to_string())]))
    }

    /// A text about something that is copied out of it, and so stands in it as it is.
    pub(crate) fn to_copy(self, key: &str, name: &'static str, value: impl Display) -> String {
        self.look_up(key, &Arguments::from([(Cow::Borrowed(name), FluentValue::from(value.to_string()))]))
    }

    /// A text about two things.
    pub(crate) fn t2(
        self,
        key: &str,
        (first, one): (&'static str, impl Display),
        (second, two): (&'static str, impl Display),
    ) -> String {
        self.look_up(key, &arguments([(first, one.to_string()), (second, two.to_string())]))
    }

    /// A text about a number of things; `$count` chooses singular or plural.
    pub(crate) fn n(self, key: &str, count: impl Display) -> String {
        let number = FluentValue::try_number(count.to_string().as_str()).into_owned();
        self.look_up(key, &Arguments::from([(Cow::Borrowed("count"), number)]))
    }

    /// A text about a number of things and one more thing.
    pub(crate) fn n1(self, key: &str, count: impl Display, (name, value): (&'static str, impl Display)) -> String {
        let number = FluentValue::try_number(count.to_string().as_str()).into_owned();
        let mut all = arguments([(name, value.to_string())]);
        all.insert(Cow::Borrowed("count"), number);
        self.look_up(key, &all)
    }

    /// A text without arguments, or `None` if there is none of that key.
    pub(crate) fn find(self, key: &str) -> Option<String> {
        TEXTS.try_lookup(self.identifier(), key)
    }

    /// A text about one thing, or `None` if there is none of that key.
    pub(crate) fn find1(self, key: &str, name: &'static str, value: impl Display) -> Option<String> {
        self.find_with(key, &arguments([(name, value.to_string())]))
    }

    /// A text about two things, or `None` if there is none of that key.
    pub(crate) fn find2(
        self,
        key: &str,
        (first, one): (&'static str, impl Display),
        (second, two): (&'static str, impl Display),
    ) -> Option<String> {
        self.find_with(key, &arguments([(first, one.to_string()), (second, two.to_string())]))
    }

    /// A role as people say it; `owner` is one here. A role of an organization's own making is its own name.
    pub(crate) fn role(self, key: &str) -> String {
        self.find(&format!("role-{key}")).unwrap_or_else(|| key.replace('_', " "))
    }

    /// What a permission lets its holders do; one of a host application's own is its own name.
    pub(crate) fn permission(self, it: &Permission) -> String {
        self.find(&format!("can-{}", it.as_str().replace(':', "-"))).unwrap_or_else(|| it.to_string())
    }

    /// What holders of a role may do, in one sentence made of its permissions.
    pub(crate) fn powers(self, role: &Role) -> String {
        self.may(&role.permissions)
    }

    /// The same, one thing a line; a role that may do nothing or one thing says so in a sentence.
    pub(crate) fn points(self, role: &Role) -> String {
        let capital = |text: String| {
            let mut letters = text.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
        };
        match role.permissions.len() {
            0 | 1 => self.powers(role),
            _ => role.permissions.iter().map(|it| capital(self.permission(it))).collect::<Vec<_>>().join("\n"),
        }
    }

    /// What whoever has these permissions may do, in one sentence.
    pub(crate) fn may(self, permissions: &BTreeSet<Permission>) -> String {
        let phrases: Vec<_> = permissions.iter().map(|it| self.permission(it)).collect();
        match phrases.split_last() {
            None => self.t("can-nothing"),
            Some((only, [])) => self.t1("can-one", "what", only),
            Some((last, others)) => self.t2("can-several", ("others", others.join(", ")), ("last", last)),
        }
    }

    /// When a member takes a seat, in a sentence.
    pub(crate) fn seat_policy(self, policy: SeatPolicy) -> String {
        self.t(match policy {
            SeatPolicy::Unlimited => "seats-unlimited",
            SeatPolicy::OnJoining => "seats-on-joining",
            SeatPolicy::OnInviting => "seats-on-inviting",
            SeatPolicy::ByHand => "seats-by-hand",
        })
    }

    /// A number of things, with its digits in groups.
    pub(crate) fn number(self, count: impl Display) -> String {
        grouped(&count.to_string(), self.language)
    }

    /// A day.
    pub(crate) fn date(self, at: OffsetDateTime) -> String {
        let at = at.to_offset(UtcOffset::UTC);
        let month = self.t(&format!("month-{}", u8::from(at.month())));
        let mut arguments = arguments([("month", month), ("year", at.year().to_string())]);
        arguments.insert(Cow::Borrowed("day"), FluentValue::from(at.day()));
        self.look_up("date", &arguments)
    }

    /// A month and its year, as a heading.
    pub(crate) fn month(self, at: OffsetDateTime) -> String {
        let at = at.to_offset(UtcOffset::UTC);
        self.t2("month-of", ("month", self.t(&format!("month-{}", u8::from(at.month())))), ("year", at.year()))
    }

    /// A day and the time of day, in UTC because whoever reads it may be anywhere.
    pub(crate) fn moment(self, at: OffsetDateTime) -> String {
        let utc = at.to_offset(UtcOffset::UTC);
        let time = format!("{:02}:{:02}", utc.hour(), utc.minute());
        self.t2("moment", ("date", self.date(at)), ("time", time))
    }

    /// What a refusal says and how to go on.
    pub(crate) fn refusal(self, refusal: &Refusal) -> String {
        if let Refusal::Invalid(input) = refusal {
            return self.invalid(input);
        }
        self.look_up(&format!("refusal-{}", refusal.code()), &self.details(refusal))
    }

    /// What is wrong with one field and how to put it right.
    pub(crate) fn invalid(self, input: &InvalidInput) -> String {
        let limit = named_limit(&input.rule).unwrap_or_else(|| MOST_VALID_DAYS.to_string());
        let quoted = quoted(&input.rule).unwrap_or_default();
        let arguments = arguments([("limit", self.number(limit)), ("quoted", quoted)]);
        let of_field = format!("invalid-{}-{}", input.field.replace('_', "-"), input.code);
        let of_code = format!("invalid-{}", input.code);
        let known = [of_field, of_code].iter().find_map(|key| self.find_with(key, &arguments));
        known.unwrap_or_else(|| self.t("refusal-invalid-input"))
    }

    /// Why a row of an import failed, or was kept: the column it is about, and what to do.
    pub(crate) fn row_problem(self, problem: &RowProblem) -> String {
        let code = &problem.code;
        let field = problem.field.as_deref().unwrap_or_default().replace('_', "-");
        let limit = named_limit(&problem.message).unwrap_or_default();
        let arguments = arguments([("limit", self.number(limit))]);
        let keys = [
            format!("row-{code}"),
            format!("invalid-{field}-{code}"),
            format!("invalid-{code}"),
            format!("refusal-{code}"),
        ];
        let known = keys.iter().find_map(|key| self.find_with(key, &arguments));
        let text = known.unwrap_or_else(|| problem.message.clone());
        match self.find(&format!("column-{field}")) {
            Some(column) => self.t2("row-problem", ("column", column), ("text", text)),
            None => text,
        }
    }

    fn details(self, refusal: &Refusal) -> Arguments {
        match refusal {
            Refusal::RoleAboveYours { role } | Refusal::UnknownRole { role } => {
                arguments([("role", self.role(role.as_str()))])
            }
            Refusal::SeatLimitReached { limit, taken, ways_out } => {
                let ways = ways_out.iter().map(|way| self.t(&format!("way-{}", way.as_str().replace('_', "-"))));
                let ways = ways.collect::<Vec<_>>().join(&self.t("way-or"));
                arguments([("limit", self.number(limit)), ("taken", self.number(taken)), ("ways", ways)])
            }
            Refusal::RoundUnderWay { number } | Refusal::RoundRepeated { number } => {
                arguments([("number", number.to_string())])
            }
            Refusal::RateLimited { retry_after } => arguments([("minutes", retry_after.div_ceil(60).to_string())]),
            Refusal::TooManyAddresses { limit }
            | Refusal::TooManyIdentities { limit }
            | Refusal::TooManyGroups { limit }
            | Refusal::TooManyKeys { limit } => arguments([("limit", self.number(limit))]),
            Refusal::TooManyShares { limit } => arguments([("limit", self.number(limit))]),
            Refusal::TooManyPasskeys { limit } => arguments([("limit", self.number(limit))]),
            Refusal::NotOutstanding { state } => arguments([("state", self.t(&format!("state-{state}")))]),
            Refusal::WrongAccount { invited, present } => {
                let present: Vec<_> = present.iter().map(ToString::to_string).collect();
                arguments([("invited", invited.clone()), ("present", present.join(", "))])
            }
            Refusal::PermissionMissing { permission } | Refusal::ScopeAboveYours { permission } => {
                arguments([("permission", self.permission(permission))])
            }
            _ => Arguments::new(),
        }
    }

    fn find_with(self, key: &str, arguments: &Arguments) -> Option<String> {
        TEXTS.try_lookup_with_args(self.identifier(), key, arguments)
    }

    fn look_up(self, key: &str, arguments: &Arguments) -> String {
        self.find_with(key, arguments).unwrap_or_else(|| {
            // A test keeps this from happening; should it happen all the same, a page with a key is better than none.
            tracing::error!(key, language = %self.language, "a text is missing");
            key.to_owned()
        })
    }

    fn identifier(self) -> &'static LanguageIdentifier {
        match self.language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
        }
    }
}

/// An instant as machines read it.
pub(crate) fn machine_time(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

fn arguments<const N: usize>(pairs: [(&'static str, String); N]) -> Arguments {
    pairs.into_iter().map(|(name, value)| (Cow::Borrowed(name), FluentValue::from(isolated(value)))).collect()
}

/// A value as it stands in a sentence: set apart if it could turn the direction of what stands around it.
fn isolated(value: String) -> String {
    if value.chars().any(turns_direction) { format!("\u{2068}{value}\u{2069}") } else { value }
}

/// Whether a character is of a script that is written from right to left, or a mark of direction.
fn turns_direction(c: char) -> bool {
    let is_mark = matches!(c, '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let near = matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}');
    is_mark || near || matches!(c, '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// How a text writes a number that was given to it; whatever else was given it writes as it is.
fn counted(value: &FluentValue<'_>, language: Language) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(grouped(&number.as_string(), language)),
        _ => None,
    }
}

/// A whole number with its digits in groups of three, as they are written in a language.
fn grouped(number: &str, language: Language) -> String {
    let between = match language {
        Language::English => ',',
        // A narrow space at which no line ends.
        Language::French => '\u{202F}',
    };
    if !number.bytes().all(|it| it.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut written = String::new();
    for (at, digit) in number.chars().enumerate() {
        if 0 < at && number.len().saturating_sub(at).is_multiple_of(3) {
            written.push(between);
        }
        written.push(digit);
    }
    written
}

/// The number that a rule's wording names, such as the most characters of a name.
fn named_limit(rule: &str) -> Option<String> {
    let number: String = rule
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    (!number.is_empty()).then_some(number)
}

/// What a rule's wording quotes of the input, such as the name of a column that is not known.
fn quoted(rule: &str) -> Option<String> {
    rule.split('`').nth(1).map(str::to_owned)
}

/// The language with the greatest weight in an `Accept-Language` header (RFC 9110, section 12.5.4).
fn preferred(asked: &str) -> Language {
    let mut best = (0.0, Language::default());
    for range in asked.split(',').take(20) {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        let primary = tag.split('-').next().unwrap_or_default();
        let Some(language) = Language::ALL.into_iter().find(|language| language.tag() == primary) else { continue };
        if weight > best.0 {
            best = (weight, language);
        }
    }
    best.1
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
