//! Many people at once out of a file: what a row says, what becomes of it, and how far the work is (S2.7, S2.8).

use std::collections::HashSet;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::draft::Actor;
use crate::email::EmailAddress;
use crate::id::{ApiKeyId, GroupId, ImportId, MemberId, UserId};
use crate::input::InvalidInput;
use crate::language::Language;
use crate::name::{Names, PersonName};
use crate::profile::{AdditionalInformation, Labels, MemberNumber, MemberProfile};
use crate::refusal::Refusal;
use crate::role::RoleKey;

/// The most rows of an import (A59).
pub const MOST_ROWS: usize = 10_000;

/// What happens to people who are members already (S2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existing {
    /// What is empty is filled.
    #[default]
    Fill,
    /// What the row says takes the place of what was there; what the row leaves empty stays.
    Replace,
    /// They are left as they are.
    Ignore,
}

impl Existing {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Fill, Self::Replace, Self::Ignore];

    /// `fill`, `replace` or `ignore`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Replace => "replace",
            Self::Ignore => "ignore",
        }
    }

    /// The way of that name.
    ///
    /// # Errors
    /// `unknown-value`, about the field `existing`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == text);
        known.ok_or_else(|| InvalidInput::new("existing", "unknown-value", "must be `fill`, `replace` or `ignore`"))
    }
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Its rows are being carried out.
    Running,
    /// All rows have their outcome.
    Done,
    /// What it made is being taken back.
    Undoing,
    /// What nobody had used was taken back.
    Undone,
}

impl ImportState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Running, Self::Done, Self::Undoing, Self::Undone];

    /// `running`, `done`, `undoing` or `undone`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    /// The state of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    /// Whether there is work left.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Undoing)
    }
}

/// An import of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// On whose behalf its rows are carried out, or taken back. What they may is asked anew with every part of it.
    pub by: Actor,
    /// What happens to people who are members already.
    pub existing: Existing,
    /// Where it stands.
    pub state: ImportState,
    /// How many rows it has.
    pub total: u32,
    /// How many rows, from the first on, are carried out, or taken back.
    pub done: u32,
    /// When it was accepted.
    pub created_at: OffsetDateTime,
    /// When its last row had its outcome.
    pub finished_at: Option<OffsetDateTime>,
    /// Counts the changes to this row.
    pub version: u64,
}

impl Import {
    /// How long what it made can be taken back once it is done.
    pub const UNDONE_WITHIN: Duration = Duration::hours(24);

    /// How many rows are carried out together, in one transaction.
    pub const ROWS_AT_ONCE: u32 = 100;

    /// Until when what it made can be taken back.
    pub fn undone_until(&self) -> Option<OffsetDateTime> {
        let done = self.finished_at.filter(|_| self.state == ImportState::Done);
        done.map(|at| at.saturating_add(Self::UNDONE_WITHIN))
    }

    /// Whether what it made can be taken back.
    pub fn can_be_undone(&self, now: OffsetDateTime) -> bool {
        self.undone_until().is_some_and(|until| now < until)
    }

    /// Goes on to that row; whoever reaches the last one is through.
    pub(crate) fn advance(&mut self, until: u32, now: OffsetDateTime) {
        self.done = until.min(self.total);
        if self.done == self.total {
            self.finished_at = Some(now);
            self.state = match self.state {
                ImportState::Running | ImportState::Done => ImportState::Done,
                ImportState::Undoing | ImportState::Undone => ImportState::Undone,
            };
        }
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowResult {
    /// A new member.
    Added,
    /// A member who was there already has something new.
    Updated,
    /// A member who was there already is left as they were.
    Unchanged,
    /// A rule said no; nothing was changed.
    Failed,
    /// It had made a member, who was taken back.
    Undone,
    /// It had made a member, who stays.
    Kept,
}

impl RowResult {
    /// Every result.
    pub const ALL: [Self; 6] = [Self::Added, Self::Updated, Self::Unchanged, Self::Failed, Self::Undone, Self::Kept];

    /// `added`, `updated`, `unchanged`, `failed`, `undone` or `kept`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::Kept => "kept",
        }
    }

    /// The result of that name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// Why a row failed, or was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// The column it is about, if it is about one.
    pub field: Option<String>,
    /// The broken rule's stable code.
    pub code: String,
    /// The rule in words.
    pub message: String,
}

impl RowProblem {
    /// A problem with a column.
    pub fn new(field: &str, code: &str, message: &str) -> Self {
        Self { field: Some(field.to_owned()), code: code.to_owned(), message: message.to_owned() }
    }
}

impl From<InvalidInput> for RowProblem {
    fn from(input: InvalidInput) -> Self {
        Self::new(&input.field, input.code, &input.to_string())
    }
}

impl From<&Refusal> for RowProblem {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Invalid(input) => input.clone().into(),
            // How long to wait depends on the moment, and a row is read later.
            Refusal::RateLimited { .. } => {
                let message = "this mailbox has had as many invitations and personal links as it may have for now; \
                               import the row again later, or put 0 for the e-mail";
                Self::new("send_email", refusal.code(), message)
            }
            other => {
                let field = column_of(other).map(str::to_owned);
                Self { field, code: other.code().to_owned(), message: other.to_string() }
            }
        }
    }
}

/// The column that a refusal is about, if it is about one.
fn column_of(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::AlreadyInvited | Refusal::AlreadyMember => Some("email"),
        Refusal::UnknownGroup { .. } => Some("groups"),
        Refusal::NumberTaken => Some("number"),
        Refusal::UnknownRole { .. } | Refusal::RoleAboveYours { .. } => Some("role"),
        Refusal::DateInThePast => Some("deactivates_at"),
        _ => None,
    }
}

/// What became of a row, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    /// What became of it.
    pub result: RowResult,
    /// The member it is about.
    pub member: Option<MemberId>,
    /// What is wrong with it.
    pub problems: Vec<RowProblem>,
}

impl RowOutcome {
    /// An outcome without problems.
    pub fn of(result: RowResult, member: Option<MemberId>) -> Self {
        Self { result, member, problems: Vec::new() }
    }

    /// A row that failed.
    pub fn failed(problems: Vec<RowProblem>) -> Self {
        Self { result: RowResult::Failed, member: None, problems }
    }
}

/// A row of an import as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Its place among the rows, from 0.
    pub position: u32,
    /// The line of the file.
    pub line: u32,
    /// What it says, sealed, until it is carried out: it may hold a password.
    pub sealed: Option<String>,
    /// What became of it.
    pub outcome: Option<RowOutcome>,
}

/// A row that has its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledRow {
    /// Its place among the rows.
    pub position: u32,
    /// What became of it.
    pub outcome: RowOutcome,
}

/// How many rows of an import have which result; those without one are left out.
pub type ImportCounts = std::collections::BTreeMap<RowResult, u32>;

/// What a row's cells say, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each field is the column it is named after")]
pub struct Cells {
    pub last_name: String,
    pub first_name: String,
    pub email: String,
    pub labels: Vec<String>,
    pub send_email: String,
    pub password: String,
    pub language: String,
    pub additional_information: String,
    pub groups: Vec<String>,
    pub number: String,
    pub role: String,
    pub deactivates_at: String,
}

/// A row as it comes in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewRow {
    /// The line of the file, from 1.
    pub line: u32,
    /// What it says.
    pub cells: Cells,
    /// What is wrong with its shape.
    pub faults: Vec<RowProblem>,
}

/// Who a row is about and what is to be kept of them.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What the person is called.
    pub name: PersonName,
    /// Where the person is reached.
    pub email: Option<EmailAddress>,
    /// The role of whoever is new.
    pub role: Option<RoleKey>,
    /// What the organization keeps of the person.
    pub profile: MemberProfile,
    /// The groups they shall be in.
    pub groups: Vec<GroupId>,
    /// The date on which the membership of whoever is new ends.
    pub deactivates_at: Option<OffsetDateTime>,
    /// Whether whoever is new is sent the link to set up the login.
    pub send_email: bool,
    /// The initial password.
    pub password: Option<SecretString>,
}

impl Cells {
    /// What the cells say, or everything that is wrong with them.
    ///
    /// # Errors
    /// One problem for each cell that breaks a rule.
    pub fn read(&self, shortest_password: usize) -> Result<Entry, Vec<RowProblem>> {
        let mut problems = Vec::new();
        let first = self.name("first_name", &self.first_name, &mut problems);
        let last = self.name("last_name", &self.last_name, &mut problems);
        let names = Names { first, last };
        let name = kept(names.whole(), &mut problems).flatten();
        if name.is_none() && self.first_name.is_empty() && self.last_name.is_empty() {
            problems.push(RowProblem::new(
                "last_name",
                "empty",
                "`last_name` must not be empty unless there is a first name",
            ));
        }
        let email = optional(&self.email, EmailAddress::parse, &mut problems);
        let send_email = kept(yes_or_no(&self.send_email), &mut problems).unwrap_or_default();
        let password = kept(self.password(shortest_password, name.as_ref()), &mut problems).flatten();
        if self.email.is_empty() && (send_email || !self.password.is_empty()) {
            let message = "`email` must not be empty: whoever has a password or is sent an e-mail needs an address. \
                           Add it, or leave the password out and put 0 for the e-mail to have the person without a login";
            problems.push(RowProblem::new("email", "address-missing", message));
        }
        for label in self.labels.iter().filter(|label| is_formula(label)) {
            problems.push(formula("labels", label));
        }
        let labels = kept(Labels::parse(&self.labels), &mut problems).unwrap_or_default();
        let language = optional(&self.language, str::parse::<Language>, &mut problems);
        let number = optional(&self.number, MemberNumber::parse, &mut problems);
        let additional_information =
            optional(&self.additional_information, AdditionalInformation::parse, &mut problems);
        let role = optional(&self.role, RoleKey::parse, &mut problems);
        let deactivates_at = optional(&self.deactivates_at, deactivation_date, &mut problems);
        let mut groups = Vec::new();
        for text in &self.groups {
            let group: Result<GroupId, InvalidInput> = text.parse().map_err(|it: InvalidInput| it.about("groups"));
            groups.extend(kept(group, &mut problems));
        }
        groups.sort_unstable();
        groups.dedup();
        let profile = MemberProfile { names, language, labels, number, additional_information };
        match name {
            Some(name) if problems.is_empty() => {
                Ok(Entry { name, email, role, profile, groups, deactivates_at, send_email, password })
            }
            _ => Err(problems),
        }
    }

    fn name(&self, field: &'static str, text: &str, problems: &mut Vec<RowProblem>) -> Option<PersonName> {
        if is_formula(text) {
            problems.push(formula(field, text));
            return None;
        }
        optional(text, |text| PersonName::parse(text).map_err(|input| input.about(field)), problems)
    }

    fn password(&self, shortest: usize, name: Option<&PersonName>) -> Result<Option<SecretString>, InvalidInput> {
        if self.password.is_empty() {
            return Ok(None);
        }
        let mut known = vec![self.first_name.clone(), self.last_name.clone(), self.email.clone()];
        known.extend(name.map(ToString::to_string));
        crate::password::new_password(&SecretString::from(self.password.as_str()), shortest, &known).map(Some)
    }
}

fn kept<T>(parsed: Result<T, InvalidInput>, problems: &mut Vec<RowProblem>) -> Option<T> {
    parsed.map_err(|input| problems.push(input.into())).ok()
}

fn optional<T>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, InvalidInput>,
    problems: &mut Vec<RowProblem>,
) -> Option<T> {
    if text.is_empty() { None } else { kept(parse(text), problems) }
}

/// Whether a spreadsheet would run the cell: such a name is a mistake or a trap (A59).
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
}

fn formula(field: &str, text: &str) -> RowProblem {
    let message =
        format!("`{field}` must not begin with `=`, `+`, `-` or `@`, which a spreadsheet would run: `{text}`");
    RowProblem::new(field, "formula", &message)
}

fn yes_or_no(text: &str) -> Result<bool, InvalidInput> {
    match text {
        "" | "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(InvalidInput::new("send_email", "not-a-switch", "must be 1 to send an e-mail, or 0 or empty")),
    }
}

/// A day, which ends access when it begins, or an instant.
fn deactivation_date(text: &str) -> Result<OffsetDateTime, InvalidInput> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
    let midnight = day.map(|day| day.midnight().assume_utc());
    let instant = || OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok();
    let at = midnight.or_else(instant).and_then(|at| at.checked_to_offset(time::UtcOffset::UTC));
    let rule = "must be a day such as `2026-12-31`, or a time with its offset";
    let at = at.filter(|at| (1970..9_000).contains(&at.year()));
    at.map(crate::port::to_micros).ok_or_else(|| InvalidInput::new("deactivates_at", "not-a-time", rule))
}

/// Reads all rows. Of rows about the same address or number, the first one counts.
pub fn read_rows(
    rows: &[NewRow],
    role: Option<&RoleKey>,
    shortest_password: usize,
) -> Vec<Result<Entry, Vec<RowProblem>>> {
    let mut addresses = HashSet::new();
    let mut numbers = HashSet::new();
    let mut read = Vec::new();
    for row in rows {
        let mut problems = row.faults.clone();
        let entry = match row.cells.read(shortest_password) {
            Ok(mut entry) => {
                if entry.email.as_ref().is_some_and(|it| !addresses.insert(it.clone())) {
                    problems.push(repeated("email"));
                }
                if entry.profile.number.as_ref().is_some_and(|it| !numbers.insert(it.clone())) {
                    problems.push(repeated("number"));
                }
                entry.role = entry.role.or_else(|| role.cloned());
                Some(entry)
            }
            Err(more) => {
                problems.extend(more);
                None
            }
        };
        read.push(entry.filter(|_| problems.is_empty()).ok_or(problems));
    }
    read
}

fn repeated(field: &str) -> RowProblem {
    RowProblem::new(field, "duplicate", &format!("`{field}` stands in an earlier row already; remove one of the two"))
}

/// Who acts, as a row of an import keeps it.
pub fn actor_text(actor: Actor) -> String {
    match actor {
        Actor::User(id) => format!("user {id}"),
        Actor::TwoFactorUser(id) => format!("two-factor-user {id}"),
        Actor::Operator(Some(id)) => format!("operator {id}"),
        Actor::Operator(None) => "operator".to_owned(),
        Actor::Key(id) => format!("key {id}"),
        Actor::OperatorKey(id) => format!("operator-key {id}"),
        Actor::Invitee => "invitee".to_owned(),
        Actor::System => "system".to_owned(),
    }
}

/// Who is meant by what [`actor_text`] wrote.
pub fn actor_named(text: &str) -> Option<Actor> {
    let (kind, id) = text.split_once(' ').unwrap_or((text, ""));
    let id = Uuid::try_parse(id).ok();
    Some(match (kind, id) {
        ("user", Some(id)) => Actor::User(UserId(id)),
        ("two-factor-user", Some(id)) => Actor::TwoFactorUser(UserId(id)),
        ("operator", id) => Actor::Operator(id.map(UserId)),
        ("key", Some(id)) => Actor::Key(ApiKeyId(id)),
        ("operator-key", Some(id)) => Actor::OperatorKey(ApiKeyId(id)),
        ("invitee", None) => Actor::Invitee,
        ("system", None) => Actor::System,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(change: impl FnOnce(&mut Cells)) -> Cells {
        let mut cells = Cells { last_name: "Lovelace".into(), email: "ada@example.org".into(), ..Cells::default() };
        change(&mut cells);
        cells
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Cells), expected: &[(&str, &str)]) {
        let problems = cells(change).read(8).err().unwrap_or_default();
        let seen: Vec<_> = problems.iter().map(|it| (it.field.as_deref().unwrap_or(""), it.code.as_str())).collect();
        assert_eq!(seen, expected, "{problems:?}");
    }

    #[test]
    fn s2_7_each_cell_is_told_what_is_wrong_with_it() {
        check(|_| {}, &[]);
        check(|it| it.email.clear(), &[]);
        check(|it| it.email = "ada".into(), &[("email", "not-an-address")]);
        check(|it| it.last_name.clear(), &[("last_name", "empty")]);
        check(|it| it.last_name = "=1+1".into(), &[("last_name", "formula")]);
        check(|it| it.labels = vec!["North".into(), "@sum".into()], &[("labels", "formula")]);
        check(|it| it.language = "de".into(), &[("language", "unknown-language")]);
        check(|it| it.send_email = "yes".into(), &[("send_email", "not-a-switch")]);
        check(|it| it.groups = vec!["g1".into()], &[("groups", "not-an-id")]);
        check(|it| it.deactivates_at = "31.12.2026".into(), &[("deactivates_at", "not-a-time")]);
        check(|it| it.password = "short".into(), &[("password", "too-short")]);
        let both = |it: &mut Cells| (it.language, it.email) = ("xx".into(), "@".into());
        check(both, &[("email", "not-an-address"), ("language", "unknown-language")]);
    }

    #[test]
    fn s2_7_a_refusal_names_the_column_it_is_about() {
        let role = RoleKey::parse("pilot").unwrap();
        for (refusal, column) in [
            (Refusal::AlreadyInvited, Some("email")),
            (Refusal::UnknownGroup { group: GroupId(Uuid::from_u128(5)) }, Some("groups")),
            (Refusal::NumberTaken, Some("number")),
            (Refusal::UnknownRole { role: role.clone() }, Some("role")),
            (Refusal::RoleAboveYours { role }, Some("role")),
            (Refusal::DateInThePast, Some("deactivates_at")),
            (Refusal::RateLimited { retry_after: 60 }, Some("send_email")),
            (Refusal::AwaitingOwner, None),
        ] {
            assert_eq!(RowProblem::from(&refusal).field.as_deref(), column, "{refusal}");
        }
    }

    #[test]
    fn s2_7_the_two_example_lines_lack_nothing_but_the_address() {
        let james = Cells {
            last_name: "Smith".into(),
            first_name: "James".into(),
            labels: vec!["France".into(), "North".into()],
            send_email: "1".into(),
            password: "apozeiru".into(),
            language: "en".into(),
            additional_information: "Professional Photographer".into(),
            ..Cells::default()
        };
        let codes = |cells: &Cells| {
            cells.read(8).err().unwrap_or_default().iter().map(|it| it.code.clone()).collect::<Vec<_>>()
        };
        assert_eq!(codes(&james), ["address-missing"]);
        let reached = Cells { email: "james@example.org".into(), ..james };
        let entry = reached.read(8).unwrap();
        assert_eq!((entry.name.as_str(), entry.send_email, entry.password.is_some()), ("James Smith", true, true));
        let group = Uuid::from_u128(5).to_string();
        let christopher = Cells {
            last_name: "Martin".into(),
            first_name: "Christopher".into(),
            send_email: "0".into(),
            password: "lmozeirp".into(),
            language: "fr".into(),
            additional_information: "ID 5162".into(),
            groups: vec![group.clone(), group],
            ..Cells::default()
        };
        assert_eq!(codes(&christopher), ["address-missing"]);
        let roster = Cells { password: String::new(), ..christopher };
        assert_eq!(roster.read(8).unwrap().groups.len(), 1, "without a login no address is needed");
    }

    #[test]
    fn of_two_rows_about_one_person_the_first_counts() {
        let row = |line, email: &str, number: &str| NewRow {
            line,
            cells: cells(|it| (it.email, it.number) = (email.into(), number.into())),
            faults: Vec::new(),
        };
        let rows = [row(1, "a@example.org", "1"), row(2, "A@Example.org", ""), row(3, "b@example.org", "1")];
        let read = read_rows(&rows, None, 8);
        let codes: Vec<_> = read.iter().map(|it| it.as_ref().err().map(|it| it[0].code.as_str())).collect();
        assert_eq!(codes, [None, Some("duplicate"), Some("duplicate")]);
    }

    #[test]
    fn who_acts_is_kept() {
        let (user, key) = (UserId(Uuid::from_u128(1)), ApiKeyId(Uuid::from_u128(2)));
        for actor in [
            Actor::User(user),
            Actor::TwoFactorUser(user),
            Actor::Operator(None),
            Actor::Operator(Some(user)),
            Actor::Key(key),
            Actor::OperatorKey(key),
        ] {
            assert_eq!(actor_named(&actor_text(actor)), Some(actor));
        }
        assert_eq!(actor_named("user"), None);
    }
}
